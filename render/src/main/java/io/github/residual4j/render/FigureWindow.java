package io.github.residual4j.render;

import io.github.residual4j.error.BadRequestException;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import javax.swing.JFrame;
import javax.swing.JPanel;
import javax.swing.SwingUtilities;

/** A window that shows one figure, laid out anew when its size changes. */
final class FigureWindow extends JPanel {
    private static final long serialVersionUID = 1;

    private final transient Figure figure;

    private FigureWindow(Figure figure) {
        this.figure = figure;
        setPreferredSize(
                new java.awt.Dimension(figure.canvas().width(), figure.canvas().height()));
    }

    static void open(Figure figure) {
        if (GraphicsEnvironment.isHeadless()) {
            throw new BadRequestException("There is no display to show \"" + figure.title()
                    + "\" on; write it to a file with writePng, or take toImage or toHtml.");
        }
        SwingUtilities.invokeLater(() -> {
            JFrame frame = new JFrame(figure.title());
            frame.setContentPane(new FigureWindow(figure));
            frame.setDefaultCloseOperation(JFrame.DISPOSE_ON_CLOSE);
            frame.pack();
            frame.setVisible(true);
        });
    }

    @Override
    protected void paintComponent(Graphics graphics) {
        figure.size(Math.max(1, getWidth()), Math.max(1, getHeight())).paint((Graphics2D) graphics);
    }
}

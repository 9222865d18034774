package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.Ink;
import io.github.residual4j.render.Mark;
import io.github.residual4j.render.Series;
import io.github.residual4j.render.Theme;
import io.github.residual4j.render.color.Norm;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** Turns the marks of a chart into items of a scene. */
final class MarkItems {
    static final BasicStroke LINE = new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final BasicStroke DASHED =
            new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {6, 4}, 0);
    private static final double BAR_SHARE = 0.66;
    private static final double SYMBOL = 3.4;

    private final Rectangle2D plot;
    private final Norm x;
    private final Norm y;
    private final SceneBuilder scene;

    MarkItems(Rectangle2D plot, Norm x, Norm y, SceneBuilder scene) {
        this.plot = plot;
        this.x = x;
        this.y = y;
        this.scene = scene;
    }

    static Color color(Ink ink, Theme theme) {
        return ink == Ink.TEXT
                ? theme.text()
                : theme.palette().get(ink.ordinal() % theme.palette().size());
    }

    void draw(Mark mark) {
        if (mark instanceof Mark.Line line) {
            line(line);
        } else if (mark instanceof Mark.Band band) {
            band(band);
        } else if (mark instanceof Mark.StackedBars bars) {
            bars(bars);
        } else if (mark instanceof Mark.Reference reference) {
            double at = Math.floor(py(reference.y())) + 0.5;
            scene.add(new Scene.Line(
                    new Line2D.Double(plot.getX(), at, plot.getMaxX(), at),
                    scene.theme().frame(),
                    DASHED));
        }
    }

    private double px(double value) {
        return plot.getX() + x.unit(value) * plot.getWidth();
    }

    private double py(double value) {
        return plot.getMaxY() - y.unit(value) * plot.getHeight();
    }

    private void line(Mark.Line line) {
        Path2D path = new Path2D.Double();
        Color color = color(line.ink(), scene.theme());
        boolean down = false;
        for (int i = 0; i < line.x().size(); i++) {
            double atX = px(line.x().value(i));
            double atY = py(line.y().value(i));
            boolean there = Double.isFinite(atX) && Double.isFinite(atY);
            if (there && down) {
                path.lineTo(atX, atY);
            } else if (there) {
                path.moveTo(atX, atY);
            }
            down = there;
        }
        scene.add(new Scene.Line(path, color, LINE));
        if (plot.getWidth() / line.x().size() >= 3 * SYMBOL) {
            for (int i = 0; i < line.x().size(); i++) {
                symbol(line.symbol(), px(line.x().value(i)), py(line.y().value(i)), color, scene);
            }
        }
    }

    private void band(Mark.Band band) {
        Color solid = color(band.ink(), scene.theme());
        Color faint = new Color(solid.getRed(), solid.getGreen(), solid.getBlue(), 60);
        int from = 0;
        for (int i = 0; i <= band.x().size(); i++) {
            if (i == band.x().size() || !isFinite(band, i)) {
                if (i - from > 1) {
                    scene.fill(bandPart(band, from, i), faint);
                }
                from = i + 1;
            }
        }
    }

    private static boolean isFinite(Mark.Band band, int i) {
        return Double.isFinite(band.low().value(i))
                && Double.isFinite(band.high().value(i));
    }

    private Path2D bandPart(Mark.Band band, int from, int to) {
        Path2D path = new Path2D.Double();
        path.moveTo(px(band.x().value(from)), py(band.high().value(from)));
        for (int i = from + 1; i < to; i++) {
            path.lineTo(px(band.x().value(i)), py(band.high().value(i)));
        }
        for (int i = to - 1; i >= from; i--) {
            path.lineTo(px(band.x().value(i)), py(band.low().value(i)));
        }
        path.closePath();
        return path;
    }

    private void bars(Mark.StackedBars bars) {
        double half = plot.getWidth() * (x.unit(1) - x.unit(0)) * BAR_SHARE / 2;
        int count = bars.parts().get(0).size();
        double[] foot = new double[count];
        for (int part = 0; part < bars.parts().size(); part++) {
            Series values = bars.parts().get(part);
            Color color = color(bars.inks().get(part), scene.theme());
            for (int i = 0; i < count; i++) {
                double head = foot[i] + values.value(i);
                if (Double.isFinite(head)) {
                    double top = py(Math.max(head, foot[i]));
                    double bottom = py(Math.min(head, foot[i]));
                    double left = Math.round(px(i) - half);
                    double width = Math.max(1, Math.round(2 * half));
                    scene.fill(new Rectangle2D.Double(left, top, width, bottom - top), color);
                    foot[i] = head;
                }
            }
        }
    }

    static void symbol(Mark.Symbol symbol, double x, double y, Color color, SceneBuilder scene) {
        if (!Double.isFinite(x) || !Double.isFinite(y)) {
            return;
        }
        double r = SYMBOL;
        switch (symbol) {
            case NONE -> {}
            case CIRCLE -> scene.fill(new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r), color);
            case SQUARE -> scene.fill(new Rectangle2D.Double(x - r, y - r, 2 * r, 2 * r), color);
            case UP -> scene.fill(polygon(x - 1.2 * r, y + r, x + 1.2 * r, y + r, x, y - 1.2 * r), color);
            case DOWN -> scene.fill(polygon(x - 1.2 * r, y - r, x + 1.2 * r, y - r, x, y + 1.2 * r), color);
            case DIAMOND -> scene.fill(polygon(x - r, y, x, y - 1.3 * r, x + r, y, x, y + 1.3 * r), color);
        }
    }

    private static Path2D polygon(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        path.closePath();
        return path;
    }
}

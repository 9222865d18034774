package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** Turns the marks of a chart into items of a scene. */
final class MarkItems {
    private static final BasicStroke DASHED =
            new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {6, 4}, 0);
    private static final BasicStroke THIN = new BasicStroke(1.3f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final double BAR_SHARE = 0.66;
    private static final int BAND_ALPHA = 60;

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

    void draw(Mark mark) {
        if (mark instanceof Mark.Line line) {
            line(line);
        } else if (mark instanceof Mark.Scatter scatter) {
            symbols(scatter.x(), scatter.y(), scatter.symbol(), Symbols.SIZE, Inks.color(scatter.ink(), scene.theme()));
        } else if (mark instanceof Mark.Trajectory trajectory) {
            trajectory(trajectory);
        } else if (mark instanceof Mark.Band band) {
            band(band);
        } else if (mark instanceof Mark.StackedBars bars) {
            bars(bars);
        } else if (mark instanceof Mark.Histogram histogram) {
            histogram(histogram);
        } else if (mark instanceof Mark.Reference reference) {
            double at = Math.floor(py(reference.y())) + 0.5;
            scene.add(new Scene.Line(
                    new Line2D.Double(plot.getX(), at, plot.getMaxX(), at),
                    scene.theme().muted(),
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
        Color color = Inks.color(line.ink(), scene.theme());
        scene.add(new Scene.Line(path(line.x(), line.y()), color, Inks.line(line.ink(), scene.theme())));
        boolean roomForSymbols = plot.getWidth() / line.x().size() >= 3 * Symbols.SIZE;
        symbols(line.x(), line.y(), roomForSymbols ? line.symbol() : Mark.Symbol.NONE, Symbols.SIZE, color);
        if (!roomForSymbols || line.symbol() == Mark.Symbol.NONE) {
            lonelyPoints(line, color);
        }
    }

    /** A point between gaps has no line to show it. */
    private void lonelyPoints(Mark.Line line, Color color) {
        int last = line.x().size() - 1;
        for (int i = 0; i <= last; i++) {
            if ((i == 0 || !isFinite(line, i - 1)) && (i == last || !isFinite(line, i + 1)) && isFinite(line, i)) {
                scene.fill(
                        Symbols.at(
                                Mark.Symbol.CIRCLE,
                                px(line.x().value(i)),
                                py(line.y().value(i)),
                                Symbols.SIZE / 2),
                        color);
            }
        }
    }

    private boolean isFinite(Mark.Line line, int i) {
        return Double.isFinite(px(line.x().value(i)))
                && Double.isFinite(py(line.y().value(i)));
    }

    private Path2D path(Series xs, Series ys) {
        Path2D path = new Path2D.Double();
        boolean down = false;
        for (int i = 0; i < xs.size(); i++) {
            double atX = px(xs.value(i));
            double atY = py(ys.value(i));
            boolean there = Double.isFinite(atX) && Double.isFinite(atY);
            if (there && down) {
                path.lineTo(atX, atY);
            } else if (there) {
                path.moveTo(atX, atY);
            }
            down = there;
        }
        return path;
    }

    private void symbols(Series xs, Series ys, Mark.Symbol symbol, double size, Color color) {
        for (int i = 0; symbol != Mark.Symbol.NONE && i < xs.size(); i++) {
            double atX = px(xs.value(i));
            double atY = py(ys.value(i));
            if (Double.isFinite(atX) && Double.isFinite(atY)) {
                scene.fill(Symbols.at(symbol, atX, atY, size), color);
            }
        }
    }

    private void trajectory(Mark.Trajectory trajectory) {
        Color color = Inks.color(trajectory.ink(), scene.theme());
        scene.add(new Scene.Line(path(trajectory.x(), trajectory.y()), color, THIN));
        symbols(trajectory.x(), trajectory.y(), Mark.Symbol.CIRCLE, Symbols.SIZE / 2, color);
        int last = trajectory.x().size() - 1;
        if (last >= 0) {
            end(trajectory, 0, Mark.Symbol.CIRCLE, scene.theme().background(), color);
            end(trajectory, last, Mark.Symbol.DIAMOND, color, color);
        }
    }

    private void end(Mark.Trajectory trajectory, int i, Mark.Symbol symbol, Color inside, Color outline) {
        double atX = px(trajectory.x().value(i));
        double atY = py(trajectory.y().value(i));
        if (Double.isFinite(atX) && Double.isFinite(atY)) {
            var shape = Symbols.at(symbol, atX, atY, 1.3 * Symbols.SIZE);
            scene.fill(shape, inside);
            scene.add(new Scene.Line(shape, outline, THIN));
        }
    }

    private void band(Mark.Band band) {
        Color solid = Inks.color(band.ink(), scene.theme());
        Color faint = new Color(solid.getRed(), solid.getGreen(), solid.getBlue(), BAND_ALPHA);
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

    private boolean isFinite(Mark.Band band, int i) {
        return Double.isFinite(py(band.low().value(i)))
                && Double.isFinite(py(band.high().value(i)));
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
            Color color = Inks.color(bars.inks().get(part), scene.theme());
            for (int i = 0; i < count; i++) {
                double head = foot[i] + values.value(i);
                if (Double.isFinite(head)) {
                    bar(px(i) - half, px(i) + half, foot[i], head, color);
                    foot[i] = head;
                }
            }
        }
    }

    private void histogram(Mark.Histogram histogram) {
        Color color = Inks.color(histogram.ink(), scene.theme());
        for (int i = 0; i < histogram.counts().size(); i++) {
            double left = px(histogram.edges().value(i));
            double right = px(histogram.edges().value(i + 1));
            double gap = right - left >= 4 ? 1 : 0;
            bar(left, right - gap, 0, histogram.counts().value(i), color);
        }
    }

    private void bar(double left, double right, double foot, double head, Color color) {
        double base = Double.isFinite(py(foot)) ? py(foot) : plot.getMaxY(); // a logarithmic axis has no zero
        double end = py(head);
        if (Double.isFinite(end)) {
            double from = Math.round(left);
            double width = Math.max(1, Math.round(right) - from);
            scene.fill(new Rectangle2D.Double(from, Math.min(end, base), width, Math.abs(base - end)), color);
        }
    }
}

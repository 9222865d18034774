package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import java.util.List;

/** The range an axis needs to show all finite data of some marks. */
final class DataRange {
    private static final double PADDING = 0.05;

    private final Norm.Scale scale;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private boolean fromZero;
    private boolean tight;

    private DataRange(Norm.Scale scale) {
        this.scale = scale;
    }

    static Norm ofX(List<Mark> marks, Norm.Scale scale) {
        DataRange range = new DataRange(scale);
        for (Mark mark : marks) {
            if (mark instanceof Mark.Line line) {
                range.add(line.x());
            } else if (mark instanceof Mark.Scatter scatter) {
                range.add(scatter.x());
            } else if (mark instanceof Mark.Trajectory trajectory) {
                range.add(trajectory.x());
            } else if (mark instanceof Mark.Band band) {
                range.add(band.x());
            } else if (mark instanceof Mark.Histogram histogram) {
                range.add(histogram.edges());
                range.tight = true;
            } else if (mark instanceof Mark.StackedBars bars) {
                range.add(-0.5);
                range.add(bars.parts().get(0).size() - 0.5);
                range.tight = true;
            }
        }
        return range.padded();
    }

    static Norm ofY(List<Mark> marks, Norm.Scale scale) {
        DataRange range = new DataRange(scale);
        for (Mark mark : marks) {
            if (mark instanceof Mark.Line line) {
                range.add(line.y());
            } else if (mark instanceof Mark.Scatter scatter) {
                range.add(scatter.y());
            } else if (mark instanceof Mark.Trajectory trajectory) {
                range.add(trajectory.y());
            } else if (mark instanceof Mark.Band band) {
                range.add(band.low());
                range.add(band.high());
            } else if (mark instanceof Mark.Histogram histogram) {
                range.addStack(List.of(histogram.counts()));
            } else if (mark instanceof Mark.StackedBars bars) {
                range.addStack(bars.parts());
            } else if (mark instanceof Mark.Reference reference) {
                range.add(reference.y());
            }
        }
        return range.padded();
    }

    private void add(double value) {
        if (Double.isFinite(value) && (scale != Norm.Scale.LOG || value > 0)) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
    }

    private void add(Series series) {
        for (int i = 0; i < series.size(); i++) {
            add(series.value(i));
        }
    }

    private void addStack(List<Series> parts) {
        fromZero = true;
        add(0);
        for (int i = 0; i < parts.get(0).size(); i++) {
            double sum = 0;
            for (Series part : parts) {
                sum += Double.isFinite(part.value(i)) ? part.value(i) : 0;
                add(sum);
            }
        }
    }

    private Norm padded() {
        if (scale == Norm.Scale.LOG) {
            return min > max ? Norm.log(1, 10) : Norm.log(min / 1.25, max * 1.25);
        }
        if (min > max) {
            return Norm.linear(0, 1);
        }
        if (min == max) {
            double margin = min == 0 ? 1 : Math.abs(min) / 2;
            return Norm.linear(fromZero && min == 0 ? 0 : min - margin, max + margin);
        }
        double padding = tight ? 0 : PADDING * (max - min);
        return Norm.linear(fromZero && min == 0 ? 0 : min - padding, max + padding);
    }
}

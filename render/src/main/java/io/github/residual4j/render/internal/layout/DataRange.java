package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.Mark;
import io.github.residual4j.render.Series;
import io.github.residual4j.render.color.Norm;
import java.util.List;

/** The range an axis needs to show all finite data of its marks. */
final class DataRange {
    private static final double PADDING = 0.05;

    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private boolean fromZero;

    private DataRange() {}

    static Norm ofX(List<Mark> marks) {
        DataRange range = new DataRange();
        for (Mark mark : marks) {
            if (mark instanceof Mark.Line line) {
                range.add(line.x());
            } else if (mark instanceof Mark.Band band) {
                range.add(band.x());
            } else if (mark instanceof Mark.StackedBars bars) {
                range.add(-0.5);
                range.add(bars.parts().get(0).size() - 0.5);
            }
        }
        return range.padded();
    }

    static Norm ofY(List<Mark> marks) {
        DataRange range = new DataRange();
        for (Mark mark : marks) {
            if (mark instanceof Mark.Line line) {
                range.add(line.y());
            } else if (mark instanceof Mark.Band band) {
                range.add(band.low());
                range.add(band.high());
            } else if (mark instanceof Mark.StackedBars bars) {
                range.addStack(bars.parts());
            } else if (mark instanceof Mark.Reference reference) {
                range.add(reference.y());
            }
        }
        return range.padded();
    }

    private void add(double value) {
        if (Double.isFinite(value)) {
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
        if (min > max) {
            return Norm.linear(0, 1);
        }
        if (min == max) {
            double margin = min == 0 ? 1 : Math.abs(min) / 2;
            return Norm.linear(min - margin, max + margin);
        }
        double padding = PADDING * (max - min);
        double low = fromZero && min == 0 ? 0 : min - padding;
        return Norm.linear(low, max + padding);
    }
}

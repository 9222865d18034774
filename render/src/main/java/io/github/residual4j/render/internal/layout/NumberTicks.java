package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.color.Norm;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Round numbers along an axis and how they are written: with as many decimals as their distance needs; very large and
 * very small ones share a power of ten that is written once.
 *
 * @param values the numbers, rising
 * @param labels how each is written
 * @param factor the power of ten that all labels share, such as {@code ×10⁻³}; empty for none
 */
record NumberTicks(List<Double> values, List<String> labels, String factor) {
    /** Round numbers about {@code atMost} steps apart; none if that is 0. */
    static NumberTicks of(Norm norm, int atMost) {
        if (atMost < 1) {
            return new NumberTicks(List.of(), List.of(), "");
        }
        return switch (norm.scale()) {
            case LINEAR -> linear(norm.min(), norm.max(), atMost);
            case LOG -> decades(norm, atMost);
            case SYMLOG -> symmetric(norm, atMost);
        };
    }

    /** How wide the longest label is. */
    double widest(Lettering lettering) {
        return lettering.widest(labels, Lettering.Style.TICK);
    }

    private static NumberTicks linear(double min, double max, int atMost) {
        double step = niceStep((max - min) / atMost);
        long first = (long) Math.ceil(min / step - 1e-9);
        long last = (long) Math.floor(max / step + 1e-9);
        int power = sharedPower(Math.max(Math.abs(min), Math.abs(max)));
        BigDecimal exact =
                new BigDecimal(step).round(new java.math.MathContext(3)).stripTrailingZeros();
        int decimals =
                Math.max(0, exact.movePointLeft(power).stripTrailingZeros().scale());
        List<Double> values = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (long i = first; i <= last; i++) {
            BigDecimal value = exact.multiply(BigDecimal.valueOf(i));
            values.add(value.doubleValue());
            labels.add(plain(value.movePointLeft(power).setScale(decimals, RoundingMode.HALF_EVEN)));
        }
        return new NumberTicks(values, labels, power == 0 ? "" : "×" + powerOfTen(power));
    }

    /** The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below a number. */
    private static double niceStep(double atLeast) {
        double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
        for (double digit : new double[] {1, 2, 2.5, 5}) {
            if (digit * power >= atLeast * (1 - 1e-9)) {
                return digit * power;
            }
        }
        return 10 * power;
    }

    private static int sharedPower(double largest) {
        int power = largest == 0 ? 0 : (int) Math.floor(Math.log10(largest));
        return power >= 5 || power <= -4 ? power : 0;
    }

    /** Powers of ten; where there are not three of them, also 2 and 5 times those, or what is round on a line. */
    private static NumberTicks decades(Norm norm, int atMost) {
        int first = (int) Math.floor(Math.log10(norm.min()) + 1e-9);
        int last = (int) Math.floor(Math.log10(norm.max()) + 1e-9);
        int step = (last - first) / atMost + 1;
        List<Double> values = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        int[] digits = last - first < 3 ? new int[] {1, 2, 5} : new int[] {1};
        for (int power = first; power <= last; power += step) {
            for (int digit : digits) {
                values.add(digit * Math.pow(10, power));
                labels.add(digit == 1 ? decade(power) : decade(digit, power));
            }
        }
        NumberTicks round = new NumberTicks(values, labels, "").apart(norm, atMost);
        return round.values.size() < 2 ? linear(norm.min(), norm.max(), atMost).apart(norm, atMost) : round;
    }

    /** Without what lies outside the ends, and what is nearer to the one before than that many ticks allow. */
    private NumberTicks apart(Norm norm, int atMost) {
        List<Double> kept = new ArrayList<>();
        List<String> keptLabels = new ArrayList<>();
        double before = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < values.size(); i++) {
            double unit = norm.unit(values.get(i));
            if (unit > -1e-9 && unit < 1 + 1e-9 && unit - before >= 0.75 / atMost) {
                kept.add(values.get(i));
                keptLabels.add(labels.get(i));
                before = unit;
            }
        }
        return new NumberTicks(kept, keptLabels, factor);
    }

    /** Zero, and powers of ten on both sides of it. */
    private static NumberTicks symmetric(Norm norm, int atMost) {
        int first = (int) Math.ceil(Math.log10(norm.linearWithin()) - 1e-9);
        int last = (int) Math.floor(Math.log10(norm.max()) + 1e-9);
        if (last < first) {
            return linear(norm.min(), norm.max(), atMost);
        }
        int step = 2 * (last - first + 1) / atMost + 1;
        List<Double> values = new ArrayList<>(List.of(0.0));
        List<String> labels = new ArrayList<>(List.of("0"));
        for (int power = last - (last - first) / step * step; power <= last; power += step) {
            values.add(Math.pow(10, power));
            labels.add(decade(power));
        }
        NumberTicks upper = new NumberTicks(values, labels, "").apart(norm, atMost);
        List<Double> both = new ArrayList<>(upper.values);
        List<String> bothLabels = new ArrayList<>(upper.labels);
        for (int i = 1; i < upper.values.size(); i++) {
            both.add(0, -upper.values.get(i));
            bothLabels.add(0, "−" + upper.labels.get(i));
        }
        return new NumberTicks(both, bothLabels, "");
    }

    private static String decade(int digit, int power) {
        return power >= -3 && power <= 4
                ? BigDecimal.valueOf(digit).scaleByPowerOfTen(power).toPlainString()
                : digit + "·" + powerOfTen(power);
    }

    private static String decade(int power) {
        return power >= -2 && power <= 4
                ? BigDecimal.ONE.scaleByPowerOfTen(power).toPlainString()
                : powerOfTen(power);
    }

    private static String powerOfTen(int power) {
        StringBuilder out = new StringBuilder("10");
        for (char c : Integer.toString(power).toCharArray()) {
            out.append(c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0'));
        }
        return out.toString();
    }

    private static String plain(BigDecimal value) {
        String text = value.toPlainString();
        return value.signum() < 0 ? text.replace('-', '−') : text;
    }
}

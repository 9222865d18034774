package io.github.residual4j.capture.internal.lens;

import java.util.Arrays;

/** What was read of each state; filled from several threads, each its own places. */
public final class LensNumbers {
    private final LensReader.Request request;
    private final double[][][] topIds; // [rows][tokens][k]
    private final double[][][] topProbabilities;
    private final double[][] entropy; // [rows][tokens]
    private final double[][] divergence;
    private final double[][] crossEntropy; // [rows][tokens − 1]
    private final double[][] agrees;
    private final double[][][] logit; // [answers][rows][tokens]
    private final double[][][] logProbability;
    private final double[][][] rank;

    LensNumbers(LensReader.Request request) {
        this.request = request;
        int rows = request.rows().size();
        int tokens = request.ids().length;
        int answers = request.answers().size();
        topIds = new double[rows][tokens][request.top()];
        topProbabilities = new double[rows][tokens][request.top()];
        entropy = new double[rows][tokens];
        divergence = new double[rows][tokens];
        crossEntropy = new double[rows][tokens - 1];
        agrees = new double[rows][tokens];
        logit = new double[answers][rows][tokens];
        logProbability = new double[answers][rows][tokens];
        rank = new double[answers][rows][tokens];
    }

    /** Takes in what one state says; the last state of its token is given beside it. */
    void take(int row, int token, Distribution read, Distribution last) {
        if (!read.isFinite()) {
            Arrays.fill(topIds[row][token], -1);
            Arrays.fill(topProbabilities[row][token], Double.NaN);
        } else {
            int[] top = read.top(request.top());
            for (int k = 0; k < top.length; k++) {
                topIds[row][token][k] = top[k];
                topProbabilities[row][token][k] = read.probability(top[k]);
            }
            agrees[row][token] = last.isFinite() && top[0] == last.likeliest() ? 1 : 0;
        }
        entropy[row][token] = read.entropy();
        divergence[row][token] = last.divergenceTo(read);
        if (token + 1 < request.ids().length) {
            crossEntropy[row][token] = -read.logProbability((int) request.ids()[token + 1]);
        }
        for (int answer = 0; answer < request.answers().size(); answer++) {
            int id = request.answers().get(answer);
            logit[answer][row][token] = read.logit(id);
            logProbability[answer][row][token] = read.logProbability(id);
            rank[answer][row][token] = read.isFinite() ? read.rank(id) : -1;
        }
    }

    /** Ids of the likeliest tokens, {@code [rows][tokens][k]}. */
    public double[][][] topIds() {
        return topIds;
    }

    /** Their probabilities. */
    public double[][][] topProbabilities() {
        return topProbabilities;
    }

    /** Nats, {@code [rows][tokens]}. */
    public double[][] entropy() {
        return entropy;
    }

    /** Nats, {@code [rows][tokens]}. */
    public double[][] divergence() {
        return divergence;
    }

    /** Nats, {@code [rows][tokens − 1]}. */
    public double[][] crossEntropy() {
        return crossEntropy;
    }

    /** 1 where the likeliest token is the last state's, {@code [rows][tokens]}. */
    public double[][] agrees() {
        return agrees;
    }

    /** {@code [answers][rows][tokens]}. */
    public double[][][] logit() {
        return logit;
    }

    /** Nats, {@code [answers][rows][tokens]}. */
    public double[][][] logProbability() {
        return logProbability;
    }

    /** From 1, {@code [answers][rows][tokens]}. */
    public double[][][] rank() {
        return rank;
    }
}

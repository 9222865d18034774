package io.github.residual4j.capture.internal.edit;

import java.util.Random;

/** Noise that is the same for a seed on every run. */
public final class GaussianNoise {
    private GaussianNoise() {}

    /** So many numbers of mean 0 and a standard deviation. */
    public static float[] draw(double sigma, long seed, int count) {
        Random random = new Random(seed);
        float[] noise = new float[count];
        for (int i = 0; i < count; i++) {
            noise[i] = (float) (sigma * random.nextGaussian());
        }
        return noise;
    }
}

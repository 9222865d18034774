package io.github.residual4j.internal.kernel;

import io.github.residual4j.error.BadRequestException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides once in a JVM's life which kernels there are. The system property {@value #PROPERTY} is {@code auto} (the
 * default), {@code vector} or {@code scalar}; it is read at the first analysis.
 *
 * <p>With {@code auto}, SIMD waits until enough work has been done: a JVM compiles such code late, and before that it
 * is slower than plain loops. All this is about speed alone: both kinds give the same bits.
 */
public final class KernelChoice {
    /** The system property that forces the kernels. */
    public static final String PROPERTY = "residual4j.kernels";

    /**
     * Values to go through in plain loops before SIMD is tried: what those cost is about what its warm-up costs. The
     * property {@code residual4j.kernels.after} lets tests try it sooner.
     */
    static final long WARM_UP = Long.getLong(PROPERTY + ".after", 50_000_000);

    private static final String FLAG = "--add-modules jdk.incubator.vector";
    private static final Logger LOG = LoggerFactory.getLogger(KernelChoice.class);
    private static final Kernels SCALAR = new Kernels(new ScalarLoops());
    private static final AtomicLong WORK = new AtomicLong();

    private KernelChoice() {}

    private static final class Chosen {
        static final String REQUEST = System.getProperty(PROPERTY, "auto");
        static final Optional<String> OBSTACLE = REQUEST.equals("scalar") ? Optional.empty() : obstacle();

        static {
            if (REQUEST.equals("auto")) {
                OBSTACLE.ifPresent(KernelChoice::tell);
            }
        }
    }

    /** Loads the vector module's classes, which takes its time, so only when they are wanted and the JVM may have them. */
    private static final class Simd {
        static final Optional<String> OBSTACLE = obstacleOfProcessor();
        static final Kernels INSTANCE = OBSTACLE.isPresent() ? SCALAR : new Kernels(new VectorLoops());
    }

    private static void tell(String obstacle) {
        LOG.info("Analyses run without SIMD: {}", obstacle);
    }

    /**
     * The kernels to use for some work of one thread.
     *
     * @param values how many values the work goes through
     * @throws BadRequestException if the property asks for kernels that cannot be had
     */
    public static Kernels forWork(long values) {
        return choose(Chosen.REQUEST, Chosen.OBSTACLE, WORK.getAndAdd(values));
    }

    static Kernels choose(String request, Optional<String> obstacle, long workDone) {
        return switch (request) {
            case "scalar" -> SCALAR.another();
            case "vector" -> {
                Optional<String> any = obstacle.or(() -> Simd.OBSTACLE);
                if (any.isPresent()) {
                    throw new BadRequestException("-D" + PROPERTY + "=vector cannot be followed: " + any.get());
                }
                yield Simd.INSTANCE.another();
            }
            case "auto" -> workDone < WARM_UP || obstacle.isPresent() ? SCALAR.another() : Simd.INSTANCE.another();
            default ->
                throw new BadRequestException(
                        "-D" + PROPERTY + " is \"" + request + "\"; expected auto, vector or scalar.");
        };
    }

    /** Why this JVM does not allow SIMD, if it does not; found without loading the vector module. */
    static Optional<String> obstacle() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return Optional.of("this JVM was started without " + FLAG + "; add it to the java command.");
        }
        String mode = System.getProperty("java.vm.info", "");
        if (mode.contains("interpreted") || mode.contains("emulated-client")) {
            return Optional.of("this JVM runs without its optimizing compiler (" + mode + ").");
        }
        if (System.getProperty("java.vm.name", "").contains("OpenJ9")) {
            return Optional.of("OpenJ9 does not compile SIMD code to SIMD instructions.");
        }
        return Optional.empty();
    }

    private static Optional<String> obstacleOfProcessor() {
        Optional<String> obstacle = Optional.empty();
        try {
            int lanes = VectorLoops.width();
            if (lanes < 4) {
                obstacle = Optional.of("this processor takes only " + lanes + " floats at a time.");
            }
        } catch (LinkageError e) {
            LOG.debug("The vector loops cannot be linked", e);
            obstacle = Optional.of("this JVM's " + FLAG + " is not the one this library was built for (" + e + ").");
        }
        if (Chosen.REQUEST.equals("auto")) {
            obstacle.ifPresent(KernelChoice::tell);
        }
        return obstacle;
    }
}

package io.github.residual4j.capture;

import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.text.Counted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a model holds and where: its dimensions, its residual points in order, and what else can be asked of it. */
public final class ModelDescription {
    private final String name;
    private final String kind;
    private final ModelShape shape;
    private final OptionalInt onlyLength;
    private final List<String> inputs;
    private final Map<String, String> points;
    private final Set<HookPoint> offers;
    private final List<String> notes;

    /** @param points the tensors, by name of the point; "" for those of a graph that this library builds */
    ModelDescription(
            String name,
            String kind,
            ModelShape shape,
            OptionalInt onlyLength,
            List<String> inputs,
            Map<String, String> points,
            Set<HookPoint> offers,
            List<String> notes) {
        this.name = name;
        this.kind = kind;
        this.shape = shape;
        this.onlyLength = onlyLength;
        this.inputs = List.copyOf(inputs);
        this.points = new LinkedHashMap<>(points);
        this.offers = new TreeSet<>(offers);
        this.notes = List.copyOf(notes);
    }

    /** {@return what the model is called} */
    public String name() {
        return name;
    }

    /**
     * {@return what kind of model it is, by its norms, its positions and how its blocks write into the stream: "GPT-2"
     * where these are layer norms, learned positions, and attention and MLP in turn}
     */
    public String kind() {
        return kind;
    }

    /** {@return the model's dimensions} */
    public ModelShape shape() {
        return shape;
    }

    /** {@return the one length of text, in tokens, that an ONNX file exported with a fixed length takes} */
    public OptionalInt onlyLength() {
        return onlyLength;
    }

    /** {@return what an ONNX file is fed, each input with its type, its shape and what it was taken for; else empty} */
    public List<String> inputs() {
        return inputs;
    }

    /**
     * {@return the names of the points of the residual stream in order, then {@code final} and {@code logits}, each
     * with the tensor that holds it in an ONNX file} For a checkpoint, whose graph the library builds, the tensor is
     * "".
     */
    public Map<String, String> points() {
        return new LinkedHashMap<>(points);
    }

    /** {@return what can be asked of the model} */
    public Set<HookPoint> offers() {
        return new TreeSet<>(offers);
    }

    /** {@return the points of the residual stream that can be asked for: no state in between where a block has none} */
    public HookPoint[] stream() {
        return CaptureSpec.stream(offers).toArray(HookPoint[]::new);
    }

    /** {@return what else a reader should know; mostly empty} */
    public List<String> notes() {
        return notes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelDescription that
                && name.equals(that.name)
                && kind.equals(that.kind)
                && shape.equals(that.shape)
                && onlyLength.equals(that.onlyLength)
                && inputs.equals(that.inputs)
                && points.equals(that.points)
                && offers.equals(that.offers)
                && notes.equals(that.notes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, shape, inputs, points);
    }

    /** One line for the model, one for each input, and one for each point. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name + ": " + kind + " of " + shape);
        onlyLength.ifPresent(length -> text.append(", texts of exactly ").append(Counted.of(length, "token")));
        if (!inputs.isEmpty()) {
            text.append("\ninputs");
            inputs.forEach(input -> text.append("\n  ").append(input));
        }
        text.append("\npoints");
        int longest = points.keySet().stream().mapToInt(String::length).max().orElse(0);
        points.forEach((point, tensor) -> text.append("\n  ")
                .append(point)
                .append(tensor.isEmpty() ? "" : " ".repeat(longest - point.length() + 2) + tensor));
        Set<HookPoint> others = offers();
        others.removeIf(point -> point.isStream() || point == HookPoint.FINAL || point == HookPoint.LOGITS);
        if (!others.isEmpty()) {
            text.append("\nalso ")
                    .append(others.stream()
                            .map(point -> point.nameIn(0).replace("blocks.0", "blocks.l"))
                            .collect(Collectors.joining(", ")));
        }
        notes.forEach(note -> text.append('\n').append(note));
        return text.toString();
    }
}

package io.github.residual4j.internal.io;

/** How weights kept in other formats become ones that can be read, in words that follow "; ". */
public final class WeightFormats {
    /** Of PyTorch's own files. */
    public static final String LOAD_AND_SAVE = "load the model in Python with transformers' from_pretrained(folder) and"
            + " write it by save_pretrained(folder, safe_serialization=True)";

    /** Of TensorFlow's files. */
    public static final String FROM_TENSORFLOW = "load the model in Python with transformers 4's"
            + " GPT2LMHeadModel.from_pretrained(folder, from_tf=True) and write it by save_pretrained(folder)";

    /** Of Flax's files. */
    public static final String FROM_FLAX = "load the model in Python with transformers 4's"
            + " GPT2LMHeadModel.from_pretrained(folder, from_flax=True) and write it by save_pretrained(folder)";

    /** Of files that keep weights rounded and renamed. */
    public static final String ORIGINAL =
            "take the checkpoint it was converted from, with config.json and" + " model.safetensors";

    private WeightFormats() {}
}

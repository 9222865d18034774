package io.github.residual4j;

/** In which format a session directory keeps its arrays. */
public enum SessionFormat {
    /** {@code tensors.npz}, which {@code numpy.load} reads. */
    NPZ("tensors.npz"),

    /** {@code tensors.safetensors}, which {@code safetensors.numpy.load_file} and many other libraries read. */
    SAFETENSORS("tensors.safetensors");

    private final String fileName;

    SessionFormat(String fileName) {
        this.fileName = fileName;
    }

    /** {@return the name of the file that holds the arrays} */
    public String fileName() {
        return fileName;
    }
}

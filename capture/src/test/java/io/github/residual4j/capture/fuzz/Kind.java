package io.github.residual4j.capture.fuzz;

import java.io.IOException;
import java.nio.file.Path;

/** The kinds of files that are damaged, each with its part of 10,000 cases. */
enum Kind {
    SESSION_NPZ(2600, 1100, SessionSubject::npz),
    SESSION_SAFETENSORS(1600, 100, SessionSubject::safetensors),
    SESSION_CONFIG(1000, 1100, SessionSubject::config), // beside an npz that is deflated
    SNAPSHOT(1200, 100, SessionSubject::snapshot),
    TENSORS(1200, 100, SessionSubject::tensors),
    STATISTICS(600, 1100, SessionSubject::statistics),
    CHECKPOINT(500, 100, scratch -> ModelSubject.checkpoint()),
    TOKENIZER(700, 100, scratch -> ModelSubject.tokenizer()),
    VOCABULARY(200, 100, scratch -> ModelSubject.vocabulary()),
    ONNX(400, 100, scratch -> ModelSubject.onnx()),
    EXTERNAL_DATA(200, 100, scratch -> ModelSubject.externalData());

    private final int share;
    private final long heapPerByte;
    private final Subjects subjects;

    Kind(int share, long heapPerByte, Subjects subjects) {
        this.share = share;
        this.heapPerByte = heapPerByte;
        this.subjects = subjects;
    }

    private interface Subjects {
        Subject make(Path scratch) throws IOException;
    }

    /** How many of a number of cases are of this kind. */
    int share(int cases) {
        return (int) ((long) share * cases / 10_000);
    }

    /** What opening files may take from the heap: a fixed part and a multiple of their size. */
    long heap(long fileBytes) {
        return (4 << 20) + heapPerByte * fileBytes;
    }

    Subject subject(Path scratch) throws IOException {
        return subjects.make(scratch);
    }
}

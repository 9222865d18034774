package io.github.residual4j.capture.corpus;

/**
 * How far a corpus has been read.
 *
 * @param begun how many texts were begun that are not blank
 * @param windowsOfLast how many windows of the last of them are done
 * @param chain what these texts hash to, each with those before it
 */
@SuppressWarnings("ArrayRecordComponent") // made once, never changed and never compared
record ReaderPlace(long begun, long windowsOfLast, byte[] chain) {
    static final ReaderPlace BEGIN = new ReaderPlace(0, 0, new byte[0]);
}

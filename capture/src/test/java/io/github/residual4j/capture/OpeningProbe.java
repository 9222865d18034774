package io.github.residual4j.capture;

/** Opens the embedded model twice and prints what is thrown, in a JVM of its own. */
final class OpeningProbe {
    private OpeningProbe() {}

    @SuppressWarnings("SystemOut") // read by the test that starts it
    public static void main(String[] args) {
        for (int i = 0; i < 2; i++) {
            try (LanguageModel model = LanguageModel.embedded()) {
                System.out.println("opened " + model.name());
            } catch (Throwable e) {
                System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
    }
}

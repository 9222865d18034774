package io.github.residual4j.capture;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The models that expected values are of, each opened when it is first asked for. */
final class ExpectedModels implements AutoCloseable {
    private final Map<String, LanguageModel> models = new ConcurrentHashMap<>();

    LanguageModel get(String name) {
        return models.computeIfAbsent(name, ExpectedModels::open);
    }

    /** Opens a model once more. */
    static LanguageModel open(String name) {
        return switch (name) {
            case "embedded" -> LanguageModel.embedded();
            case "micro" -> LanguageModel.load(Reference.micro());
            default -> LanguageModel.load(Reference.resource("/variants/" + name));
        };
    }

    @Override
    public void close() {
        models.values().forEach(LanguageModel::close);
    }
}

package io.github.residual4j.render;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.ObjectInputStream;
import org.junit.jupiter.api.Tag;

@AnalyzeClasses(packages = "io.github.residual4j", importOptions = ImportOption.DoNotIncludeTests.class)
@Tag("once")
class ArchitectureTest {
    /** Of core as well. What there is to say goes to SLF4J or into an exception. */
    @ArchTest
    static final ArchRule NOTHING_IS_PRINTED = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule LOGGING_GOES_THROUGH_SLF4J = GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule RENDER_KNOWS_NOTHING_OF_MODELS = noClasses()
            .that()
            .resideInAPackage("io.github.residual4j.render..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.github.residual4j.capture..", "ai.onnxruntime..", "ai.onnx..", "ai.djl..", "org.ejml..");

    /** Files are written in one way by all modules, which are released together. */
    @ArchTest
    static final ArchRule RENDER_USES_NO_INTERNALS_OF_CORE_BUT_ITS_FILES = noClasses()
            .that()
            .resideInAPackage("io.github.residual4j.render..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.github.residual4j.internal..")
                    .and(not(resideInAnyPackage(
                            "io.github.residual4j.internal.io", "io.github.residual4j.internal.text"))));

    @ArchTest
    static final ArchRule PACKAGES_FORM_A_TREE =
            slices().matching("io.github.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule COLOUR_KNOWS_NOTHING_OF_DRAWING = noClasses()
            .that()
            .resideInAPackage("io.github.residual4j.render.color..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.awt..", "javax.imageio..");

    @ArchTest
    static final ArchRule LAYOUT_DOES_NOT_PAINT_OR_ENCODE = noClasses()
            .that()
            .resideInAPackage("io.github.residual4j.render.internal.layout..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.github.residual4j.render.internal.paint..",
                    "io.github.residual4j.render.internal.export..",
                    "javax.imageio..",
                    "org.apache.batik..");

    /** Files hold numbers and text; none can make this JVM build objects or run code. */
    @ArchTest
    static final ArchRule NOTHING_READS_FOREIGN_OBJECTS = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ObjectInputStream.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ClassLoader.class)
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.beans..", "java.rmi..", "javax.script..", "javax.management..", "javax.naming..");
}

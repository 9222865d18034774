package io.github.residual4j.capture;

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
    private static final String CAPTURE = "io.github.residual4j.capture..";

    /** Of core as well. What there is to say goes to SLF4J or into an exception. */
    @ArchTest
    static final ArchRule nothingIsPrinted = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule loggingGoesThroughSlf4j = GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule captureKnowsNothingOfDrawing = noClasses()
            .that()
            .resideInAPackage(CAPTURE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.github.residual4j.render..", "java.awt..", "javax.imageio..", "javax.swing..");

    @ArchTest
    static final ArchRule coreKnowsNothingOfCapture = noClasses()
            .that()
            .resideOutsideOfPackage(CAPTURE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.github.residual4j.capture..", "ai.onnxruntime..", "ai.onnx..", "ai.djl..");

    @ArchTest
    static final ArchRule packagesFormATree =
            slices().matching("io.github.(**)").should().beFreeOfCycles();

    /** Files are written and read in one way by all modules, which are released together. */
    @ArchTest
    static final ArchRule captureUsesOfCoresInternalsOnlyFilesKernelsAndText = noClasses()
            .that()
            .resideInAPackage(CAPTURE)
            .should()
            .dependOnClassesThat(resideInAPackage("io.github.residual4j.internal..")
                    .and(not(resideInAnyPackage(
                            "io.github.residual4j.internal.io",
                            "io.github.residual4j.internal.kernel",
                            "io.github.residual4j.internal.text"))));

    @ArchTest
    static final ArchRule onlyTheTokenPackageKnowsDjl = noClasses()
            .that()
            .resideOutsideOfPackage("io.github.residual4j.capture.internal.token..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..");

    @ArchTest
    static final ArchRule onlyTheGraphPackagesKnowTheOnnxFormat = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.github.residual4j.capture.internal.graph",
                    "io.github.residual4j.capture.internal.run",
                    "io.github.residual4j.capture.internal.discovery")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.onnx..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule publicTypesAreNotMadeOfOtherLibraries = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.github.residual4j.capture",
                    "io.github.residual4j.capture.checkpoint",
                    "io.github.residual4j.capture.hub",
                    "io.github.residual4j.capture.runtime")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.onnxruntime..");

    @ArchTest
    static final ArchRule onlyTestingPackagesTouchTestLibraries = noClasses()
            .that()
            .resideOutsideOfPackages("io.github.residual4j.testing", "io.github.residual4j.capture.testing")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.assertj..",
                    "org.junit..",
                    "io.github.residual4j.testing",
                    "io.github.residual4j.capture.testing");

    /** A service that watches itself some other way need not have it. */
    @ArchTest
    static final ArchRule onlyItsPackageTouchesMicrometer = noClasses()
            .that()
            .resideOutsideOfPackage("io.github.residual4j.micrometer")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "io.github.residual4j.micrometer");

    /** Files hold numbers and text; none can make this JVM build objects or run code. */
    @ArchTest
    static final ArchRule nothingReadsForeignObjects = noClasses()
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

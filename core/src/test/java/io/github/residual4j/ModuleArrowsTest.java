package io.github.residual4j;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;

@AnalyzeClasses(packages = "io.github.residual4j", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleArrowsTest {
    @ArchTest
    static final ArchRule coreKnowsNeitherModelsNorDrawing = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "ai.onnxruntime..",
                    "ai.onnx..",
                    "ai.djl..",
                    "com.google.protobuf..",
                    "java.awt..",
                    "javax.swing..",
                    "javax.imageio..",
                    "io.github.residual4j.capture..",
                    "io.github.residual4j.render..");

    @ArchTest
    static final ArchRule packagesFormATree =
            slices().matching("io.github.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule coreDoesNotTalkToTheNetwork = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("java.net..")
                    .and(not(belongToAnyOf(URL.class, URI.class, URISyntaxException.class))));

    @ArchTest
    static final ArchRule urlsAreOnlyNamesOfPlaces = noClasses()
            .should()
            .callMethodWhere(target(owner(assignableTo(URL.class))).and(target(nameMatching("open.*|getContent"))));

    @ArchTest
    static final ArchRule onlyKernelsTouchTheVectorModule = noClasses()
            .that()
            .resideOutsideOfPackage("io.github.residual4j.internal.kernel")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector..");

    @ArchTest
    static final ArchRule onlyLinalgTouchesEjml = noClasses()
            .that()
            .resideOutsideOfPackage("io.github.residual4j.internal.linalg")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.ejml..");

    @ArchTest
    static final ArchRule resultsDoNotKnowHowTheyAreFound = noClasses()
            .that()
            .resideInAPackage("io.github.residual4j.analysis")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.github.residual4j.internal.measure", "io.github.residual4j.internal.kernel");

    @ArchTest
    static final ArchRule onlyTheTestingPackageTouchesTestLibraries = noClasses()
            .that()
            .resideOutsideOfPackage("io.github.residual4j.testing")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.assertj..", "org.junit..", "io.github.residual4j.testing");
}

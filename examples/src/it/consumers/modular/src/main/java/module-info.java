module consumer {
    requires io.github.residual4j;
    requires io.github.residual4j.capture;
    requires io.github.residual4j.render;
    requires java.desktop;
    // The library's jars are automatic modules, which cannot say that they need these two.
    requires com.google.gson;
    requires org.slf4j;
}

/** Words of messages. */
@NullMarked
package io.github.residual4j.internal.text;

import org.jspecify.annotations.NullMarked;

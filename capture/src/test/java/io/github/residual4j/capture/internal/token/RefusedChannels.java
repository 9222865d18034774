package io.github.residual4j.capture.internal.token;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/** Refuses every network channel, such as those of Java's HTTP client. Public for the JDK, which finds it by name. */
public final class RefusedChannels extends SelectorProvider {
    private static IOException refuse(String what) {
        RefusedNetwork.ATTEMPTS.add(what);
        return new IOException("refused by the test");
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        throw refuse("datagram channel");
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        throw refuse("datagram channel");
    }

    @Override
    public Pipe openPipe() throws IOException {
        throw refuse("pipe");
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        throw refuse("selector");
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        throw refuse("server socket channel");
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        throw refuse("socket channel");
    }
}

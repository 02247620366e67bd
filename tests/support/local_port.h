// Sockets on the loopback address.

#pragma once

namespace pulsetaker::testing {

// A port that nobody listens on, for servers that come and go at one address.
// Not one of those that the system gives out by itself, so that no one else
// gets it in the meantime. Ends the process if there is none.
int FreePort();

// A socket that listens on the port, 0 for a free one, or -1.
int ListenLocally(int port);

// The port that a socket listens on, or 0.
int PortOf(int listener);

// A connection to the port, or -1.
int ConnectLocally(int port);

}  // namespace pulsetaker::testing

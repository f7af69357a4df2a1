/* Where something comes from, as it is counted: what one human being or machine can have many of (the ports of an address, the
 * addresses of a /64) is one source. A source is a short text: "192.0.2.1", "2001:db8:1:2::/64", "ipc uid 1000". */
#ifndef SERVER_SOURCE_H
#define SERVER_SOURCE_H

#define SOURCE_ROOM 48

/* place: of a peer or of a session ("192.0.2.1:4242", "[2001:db8::1%eth0]:4242", "ssh 2001:db8::1"), by whatever door. What holds no
 * address stands for itself, cut to the room. */
void source_of_place(char source[SOURCE_ROOM], const char *place);
/* The network that a source is of: what is handed out to one customer at once (a /48), or what many neighbours share (a /24). */
void source_network(char network[SOURCE_ROOM], const char *source);
#endif

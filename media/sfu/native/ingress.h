/* What RTCP packets of clients mean to the path; path_receive itself is declared in path.h. */
#ifndef SPORTELLO_INGRESS_H
#define SPORTELLO_INGRESS_H

#include "path.h"

/* Takes note that authentic packets of a transport come from this address, and sends there. */
void follow(struct path *path, struct transport *transport, const struct address *address, int64_t now_us);

/* Handles one well-formed packet of a compound. REMB of receivers, descriptions and farewells change nothing:
 * there is one encoding to forward, and rooms know from signalling who comes and goes. */
void handle_feedback(struct path *path, struct transport *transport, const struct rtcp_packet *packet,
                     int64_t now_us);

#endif

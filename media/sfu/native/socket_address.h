/* A client's address in the kernel's form and in ours. */
#ifndef SPORTELLO_SOCKET_ADDRESS_H
#define SPORTELLO_SOCKET_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "address.h"

union socket_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static inline void address_read(struct address *address, const union socket_address *from)
{
    if (from->any.sa_family == AF_INET6) {
        memcpy(address->ip, &from->v6.sin6_addr, 16);
        address->port = ntohs(from->v6.sin6_port);
    } else {
        memcpy(address->ip, MAPPED_PREFIX, sizeof MAPPED_PREFIX);
        memcpy(address->ip + sizeof MAPPED_PREFIX, &from->v4.sin_addr, 4);
        address->port = ntohs(from->v4.sin_port);
    }
}

/* Writes the form that a socket of IPv6, or one of IPv4, takes; returns its size. */
static inline socklen_t address_write(const struct address *address, bool is_v6, union socket_address *to)
{
    if (is_v6) {
        to->v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(address->port)};
        memcpy(&to->v6.sin6_addr, address->ip, 16);
        return sizeof to->v6;
    }
    to->v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(address->port)};
    memcpy(&to->v4.sin_addr, address->ip + sizeof MAPPED_PREFIX, 4);
    return sizeof to->v4;
}

#endif

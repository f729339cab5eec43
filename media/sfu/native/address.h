/* The addresses of clients: IPv6, or IPv4 in its mapped form (RFC 4291 section 2.5.5.2). */
#ifndef SPORTELLO_ADDRESS_H
#define SPORTELLO_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct address {
    uint8_t ip[16];
    uint16_t port; /* host order */
};

/* What an address of IPv4 begins with in its mapped form. */
static const uint8_t MAPPED_PREFIX[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

static inline bool address_is_v4(const struct address *address)
{
    return memcmp(address->ip, MAPPED_PREFIX, sizeof MAPPED_PREFIX) == 0;
}

static inline bool address_equal(const struct address *a, const struct address *b)
{
    return a->port == b->port && memcmp(a->ip, b->ip, sizeof a->ip) == 0;
}

/* Bytes that IP and UDP put before a datagram. */
static inline uint16_t address_headers_size(const struct address *address)
{
    return address_is_v4(address) ? 20 + 8 : 40 + 8;
}

static inline uint32_t address_hash(const struct address *address)
{
    uint32_t words[4];
    memcpy(words, address->ip, sizeof words);
    return (words[0] * 31 ^ words[1]) * 31 ^ words[2] ^ words[3] * 16777619u ^ address->port;
}

#endif

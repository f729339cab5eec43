/* Transport-wide feedback on the wire (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).
 *
 * A sender numbers all packets of a transport, whatever their SSRC, in a header extension of two bytes. The
 * receiver tells of each number in turn whether and when it arrived: chunks give the symbol of each packet,
 * behind them stands a delta for each packet that came, in ticks of 250 µs since the one before. The first
 * delta counts from the reference time, which has 24 bits and steps of 256 ticks. */
#ifndef SPORTELLO_TRANSPORT_CC_H
#define SPORTELLO_TRANSPORT_CC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtcp.h"

#define TRANSPORT_CC_TICK_US 250
#define TRANSPORT_CC_REFERENCE_TICKS 256

/* The value of a symbol is the size of its delta in bytes. */
enum { TRANSPORT_CC_LOST = 0, TRANSPORT_CC_SMALL = 1, TRANSPORT_CC_LARGE = 2 };

/* As many packets as one report is about, so that it fits a datagram whatever happened to them. */
#define TRANSPORT_CC_MAX_STATUSES 512
#define TRANSPORT_CC_MAX_SIZE (20 + 2 * (TRANSPORT_CC_MAX_STATUSES / 7 + 1) + 2 * TRANSPORT_CC_MAX_STATUSES + 3)

struct transport_cc_report {
    uint32_t sender_ssrc;
    uint32_t media_ssrc;
    uint16_t base;      /* the first packet's number */
    uint32_t reference; /* of the first packet that came; modulo 2^24 */
    uint8_t feedback_count;
    uint16_t count;
    uint8_t symbols[TRANSPORT_CC_MAX_STATUSES];
    int16_t deltas[TRANSPORT_CC_MAX_STATUSES]; /* in ticks, of those that came */
};

/* Writes one RTCP packet of at most TRANSPORT_CC_MAX_SIZE bytes and returns its size. */
size_t transport_cc_write(uint8_t *out, const struct transport_cc_report *report);

/* Reads a report run by run. */
struct transport_cc_reader {
    uint16_t base;
    uint32_t reference;
    uint16_t left; /* packets of which nothing was read yet */
    uint16_t index; /* within the chunk */
    const uint8_t *chunk;
    const uint8_t *delta;
    const uint8_t *end;
};

/* Packets with successive numbers and the same symbol. */
struct transport_cc_run {
    uint8_t symbol;
    uint16_t count;
};

/* Begins to read; false if the report is empty or cut off, or has a symbol or a chunk without meaning. */
bool transport_cc_begin(const struct rtcp_packet *packet, struct transport_cc_reader *reader);

/* The next run, whose deltas are to be read before the following one; false at the end. */
bool transport_cc_next(struct transport_cc_reader *reader, struct transport_cc_run *run);

/* The next delta, in ticks. */
int16_t transport_cc_delta(struct transport_cc_reader *reader, uint8_t symbol);

#endif

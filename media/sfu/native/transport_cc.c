#include "transport_cc.h"

#include "bytes.h"

#define RTCP_HEADER_SIZE 4
#define FIXED_SIZE 16 /* both SSRCs, base, count, reference time, feedback count */

#define VECTOR_BIT 0x8000
#define TWO_BIT_SYMBOLS 0x4000
#define VECTOR_LENGTH 7 /* of symbols of two bits */
#define SHORT_VECTOR_LENGTH 14
#define MAX_RUN 0x1FFF

/* --- Writing ---------------------------------------------------------------------------------------- */

static uint16_t run_length(const struct transport_cc_report *report, uint16_t from)
{
    uint16_t end = from;
    while (end < report->count && report->symbols[end] == report->symbols[from])
        end++;
    return end - from;
}

static uint16_t vector_chunk(const struct transport_cc_report *report, uint16_t from)
{
    uint16_t chunk = VECTOR_BIT | TWO_BIT_SYMBOLS;
    for (int i = 0; i < VECTOR_LENGTH && from + i < report->count; i++)
        chunk |= (uint16_t)(report->symbols[from + i] << (12 - 2 * i));
    return chunk;
}

static uint8_t *write_chunks(uint8_t *out, const struct transport_cc_report *report)
{
    _Static_assert(TRANSPORT_CC_MAX_STATUSES <= MAX_RUN, "a run may be too long for a chunk");
    for (uint16_t at = 0; at < report->count; out += 2) {
        uint16_t run = run_length(report, at);
        if (run >= VECTOR_LENGTH || at + run == report->count) {
            store16(out, (uint16_t)(report->symbols[at] << 13 | run));
            at += run;
        } else {
            store16(out, vector_chunk(report, at));
            at += VECTOR_LENGTH;
        }
    }
    return out;
}

static uint8_t *write_deltas(uint8_t *out, const struct transport_cc_report *report)
{
    for (uint16_t i = 0; i < report->count; i++) {
        if (report->symbols[i] == TRANSPORT_CC_SMALL) {
            *out++ = (uint8_t)report->deltas[i];
        } else if (report->symbols[i] == TRANSPORT_CC_LARGE) {
            store16(out, (uint16_t)report->deltas[i]);
            out += 2;
        }
    }
    return out;
}

size_t transport_cc_write(uint8_t *out, const struct transport_cc_report *report)
{
    uint8_t *body = out + RTCP_HEADER_SIZE;
    store32(body, report->sender_ssrc);
    store32(body + 4, report->media_ssrc);
    store16(body + 8, report->base);
    store16(body + 10, report->count);
    store24(body + 12, report->reference);
    body[15] = report->feedback_count;
    uint8_t *end = write_deltas(write_chunks(body + FIXED_SIZE, report), report);
    while ((end - body) % 4)
        *end++ = 0;
    return rtcp_write_header(out, RTCP_TRANSPORT_FEEDBACK, RTCP_TRANSPORT_WIDE, (size_t)(end - body));
}

/* --- Reading ---------------------------------------------------------------------------------------- */

static bool is_run(uint16_t chunk) { return !(chunk & VECTOR_BIT); }

static uint16_t chunk_length(uint16_t chunk)
{
    if (is_run(chunk))
        return chunk & MAX_RUN;
    return chunk & TWO_BIT_SYMBOLS ? VECTOR_LENGTH : SHORT_VECTOR_LENGTH;
}

static uint8_t chunk_symbol(uint16_t chunk, uint16_t index)
{
    if (is_run(chunk))
        return chunk >> 13 & 3;
    return chunk & TWO_BIT_SYMBOLS ? chunk >> (12 - 2 * index) & 3 : chunk >> (13 - index) & 1;
}

bool transport_cc_next(struct transport_cc_reader *reader, struct transport_cc_run *run)
{
    if (!reader->left || reader->end - reader->chunk < 2)
        return false;
    uint16_t chunk = load16(reader->chunk), length = chunk_length(chunk);
    run->symbol = chunk_symbol(chunk, reader->index);
    run->count = !is_run(chunk) ? 1 : length < reader->left ? length : reader->left;
    reader->left -= run->count;
    reader->index += run->count;
    if (reader->index >= length || !reader->left) {
        reader->index = 0;
        reader->chunk += 2;
    }
    return run->count > 0;
}

bool transport_cc_begin(const struct rtcp_packet *packet, struct transport_cc_reader *reader)
{
    if (packet->size < FIXED_SIZE)
        return false;
    *reader = (struct transport_cc_reader){
        .base = load16(packet->body + 8),
        .left = load16(packet->body + 10),
        .reference = load32(packet->body + 12) >> 8,
        .chunk = packet->body + FIXED_SIZE,
        .end = packet->body + packet->size,
    };
    struct transport_cc_reader ahead = *reader;
    struct transport_cc_run run;
    size_t deltas = 0;
    while (transport_cc_next(&ahead, &run)) {
        if (run.symbol > TRANSPORT_CC_LARGE)
            return false;
        deltas += (size_t)run.symbol * run.count;
    }
    reader->delta = ahead.chunk;
    return reader->left && !ahead.left && deltas <= (size_t)(reader->end - reader->delta);
}

int16_t transport_cc_delta(struct transport_cc_reader *reader, uint8_t symbol)
{
    const uint8_t *at = reader->delta;
    reader->delta += symbol;
    return symbol == TRANSPORT_CC_SMALL ? at[0] : (int16_t)load16(at);
}

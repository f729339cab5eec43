#include "arrivals.h"

#include "clock.h"
#include "sequence.h"
#include "transport_cc.h"

static int64_t *place(struct arrivals *arrivals, int64_t number)
{
    return &arrivals->at_us[number & (ARRIVALS_WINDOW - 1)];
}

/* Numbers begin one cycle up, so that they stay positive. */
static void begin(struct arrivals *arrivals, uint16_t number)
{
    for (int i = 0; i < ARRIVALS_WINDOW; i++)
        arrivals->at_us[i] = TIME_NEVER;
    arrivals->started = true;
    arrivals->next = arrivals->highest = (1 << 16) + number;
}

static void advance(struct arrivals *arrivals, int64_t number)
{
    while (arrivals->highest < number)
        *place(arrivals, ++arrivals->highest) = TIME_NEVER;
    if (arrivals->next <= number - ARRIVALS_WINDOW)
        arrivals->next = number - ARRIVALS_WINDOW + 1;
}

void arrivals_note(struct arrivals *arrivals, uint16_t number, uint32_t ssrc, int64_t now_us)
{
    int16_t ahead = signed_distance((uint16_t)arrivals->highest, number);
    if (!arrivals->started || ahead >= ARRIVALS_WINDOW || ahead <= -ARRIVALS_WINDOW) {
        begin(arrivals, number);
        ahead = 0;
    }
    int64_t extended = arrivals->highest + ahead;
    if (ahead > 0)
        advance(arrivals, extended);
    arrivals->media_ssrc = ssrc;
    if (*place(arrivals, extended) != TIME_NEVER)
        return;
    *place(arrivals, extended) = now_us;
    if (extended < arrivals->next)
        arrivals->next = extended;
}

/* The tick at which the first packet came that is still to report; the highest one did come. */
static int64_t first_tick(struct arrivals *arrivals)
{
    int64_t number = arrivals->next;
    while (*place(arrivals, number) == TIME_NEVER)
        number++;
    return *place(arrivals, number) / TRANSPORT_CC_TICK_US;
}

/* Adds the packets from `next` on, up to one whose delta is too large to be written. */
static void add_statuses(struct arrivals *arrivals, struct transport_cc_report *report, int64_t tick)
{
    for (; arrivals_pending(arrivals) && report->count < TRANSPORT_CC_MAX_STATUSES; arrivals->next++) {
        int64_t at_us = *place(arrivals, arrivals->next);
        uint8_t symbol = TRANSPORT_CC_LOST;
        if (at_us != TIME_NEVER) {
            int64_t delta = at_us / TRANSPORT_CC_TICK_US - tick;
            if (delta < INT16_MIN || delta > INT16_MAX)
                return;
            symbol = delta >= 0 && delta <= UINT8_MAX ? TRANSPORT_CC_SMALL : TRANSPORT_CC_LARGE;
            report->deltas[report->count] = (int16_t)delta;
            tick += delta;
        }
        report->symbols[report->count++] = symbol;
    }
}

size_t arrivals_write(struct arrivals *arrivals, uint32_t sender_ssrc, uint8_t *out)
{
    struct transport_cc_report report;
    int64_t reference = first_tick(arrivals) / TRANSPORT_CC_REFERENCE_TICKS;
    report.sender_ssrc = sender_ssrc;
    report.media_ssrc = arrivals->media_ssrc;
    report.base = (uint16_t)arrivals->next;
    report.reference = (uint32_t)reference & 0xFFFFFF;
    report.feedback_count = arrivals->feedback_count++;
    report.count = 0;
    add_statuses(arrivals, &report, reference * TRANSPORT_CC_REFERENCE_TICKS);
    return transport_cc_write(out, &report);
}

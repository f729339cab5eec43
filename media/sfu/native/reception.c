#include "reception.h"

#include "clock.h"

void reception_received(struct reception *reception, int64_t number, uint32_t timestamp, int64_t clock_rate,
                        int64_t now_us)
{
    uint32_t transit = (uint32_t)us_to_ticks(now_us, clock_rate) - timestamp;
    if (reception->started) {
        int32_t difference = (int32_t)(transit - reception->transit);
        uint32_t size = difference < 0 ? -(uint32_t)difference : (uint32_t)difference;
        reception->jitter += size - ((reception->jitter + 8) >> 4);
    } else {
        reception->started = true;
        reception->first = reception->highest = number;
    }
    reception->transit = transit;
    if (number > reception->highest)
        reception->highest = number;
    reception->received++;
}

double reception_loss(const struct reception *reception)
{
    if (!reception->interval_expected)
        return 0.0;
    return (double)reception->interval_lost / (double)reception->interval_expected;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

bool reception_report(struct reception *reception, struct rtcp_block *block)
{
    if (!reception->started)
        return false;
    int64_t expected = reception->highest - reception->first + 1;
    int64_t received = reception->received - reception->previous_received;
    reception->interval_expected = expected - reception->previous_expected;
    reception->interval_lost = clamp(reception->interval_expected - received, 0, INT64_MAX);
    reception->previous_expected = expected;
    reception->previous_received = reception->received;
    int64_t fraction = 0;
    if (reception->interval_expected)
        fraction = reception->interval_lost * 256 / reception->interval_expected;
    *block = (struct rtcp_block){
        .fraction_lost = (uint8_t)clamp(fraction, 0, 255),
        .packets_lost = (int32_t)clamp(expected - reception->received, -0x800000, 0x7FFFFF),
        .highest_sequence = (uint32_t)reception->highest,
        .jitter = reception->jitter >> 4,
    };
    return true;
}

#include "gaps.h"

#include <string.h>

/* The pauses before each repetition: 40 ms, growing by half. */
static const int64_t RETRY_US[GAP_TRIES] = {40000, 60000, 90000, 135000, 202500, 303750};

static struct missing *place(struct gaps *gaps, int64_t number) { return &gaps->ring[number % GAP_RING]; }

static void forget(struct gaps *gaps, struct missing *missing)
{
    missing->is_missing = false;
    gaps->count--;
}

static void give_up_all(struct gaps *gaps)
{
    memset(gaps->ring, 0, sizeof gaps->ring);
    gaps->count = 0;
    gaps->unrecoverable = true;
}

/* Gives up what falls out of the window when `highest` becomes the newest number. */
static void advance(struct gaps *gaps, int64_t highest)
{
    int64_t number = gaps->highest - GAP_WINDOW;
    for (; gaps->count && number < highest - GAP_WINDOW; number++) {
        if (number >= 0 && place(gaps, number)->is_missing) {
            forget(gaps, place(gaps, number));
            gaps->unrecoverable = true;
        }
    }
    gaps->highest = highest;
}

static void note_missing(struct gaps *gaps, int64_t first, int64_t end, int64_t now_us)
{
    for (int64_t number = first; number < end; number++) {
        *place(gaps, number) = (struct missing){.is_missing = true, .due_us = now_us};
        gaps->count++;
    }
    gaps->earliest_us = now_us;
}

bool gaps_received(struct gaps *gaps, int64_t number, int64_t now_us)
{
    if (!gaps->started) {
        gaps->started = true;
        gaps->highest = number;
        return true;
    }
    if (number <= gaps->highest) {
        struct missing *missing = place(gaps, number);
        if (gaps->highest - number > GAP_WINDOW || !missing->is_missing)
            return false;
        forget(gaps, missing);
        return true;
    }
    int64_t first = gaps->highest + 1;
    if (number - gaps->highest > GAP_WINDOW) {
        give_up_all(gaps);
        first = number;
    }
    advance(gaps, number);
    if (first < number)
        note_missing(gaps, first, number, now_us);
    return true;
}

/* Whether to ask for a missing packet now; gives it up after the last request. */
static bool ask(struct gaps *gaps, struct missing *missing, int64_t now_us)
{
    if (missing->due_us > now_us)
        return false;
    if (missing->tries == GAP_TRIES) {
        forget(gaps, missing);
        gaps->unrecoverable = true;
        return false;
    }
    missing->due_us = now_us + RETRY_US[missing->tries++];
    return true;
}

size_t gaps_due(struct gaps *gaps, int64_t now_us, int64_t *numbers)
{
    size_t asked = 0;
    if (!gaps->count || now_us < gaps->earliest_us)
        return 0;
    gaps->earliest_us = INT64_MAX;
    int64_t first = gaps->highest > GAP_WINDOW ? gaps->highest - GAP_WINDOW : 0;
    for (int64_t number = first; number < gaps->highest; number++) {
        struct missing *missing = place(gaps, number);
        if (!missing->is_missing)
            continue;
        if (ask(gaps, missing, now_us))
            numbers[asked++] = number;
        if (missing->is_missing && missing->due_us < gaps->earliest_us)
            gaps->earliest_us = missing->due_us;
    }
    return asked;
}

bool gaps_take_unrecoverable(struct gaps *gaps)
{
    bool unrecoverable = gaps->unrecoverable;
    gaps->unrecoverable = false;
    return unrecoverable;
}

void gaps_key_frame_received(struct gaps *gaps, int64_t number)
{
    gaps->unrecoverable = false;
    int64_t lost = gaps->highest > GAP_WINDOW ? gaps->highest - GAP_WINDOW : 0;
    for (; gaps->count && lost < number; lost++)
        if (place(gaps, lost)->is_missing)
            forget(gaps, place(gaps, lost));
}

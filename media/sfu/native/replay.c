#include "replay.h"

#define WORD(index) ((index) % REPLAY_WINDOW / 64)
#define BIT(index) (UINT64_C(1) << ((index) % 64))

uint64_t replay_guess(const struct replay *replay, uint16_t sequence_number)
{
    if (!replay->started)
        return sequence_number;
    int16_t distance = (int16_t)(sequence_number - (uint16_t)replay->highest);
    int64_t index = (int64_t)replay->highest + distance;
    return (uint64_t)(index < 0 ? index + (1 << 16) : index);
}

bool replay_is_new(const struct replay *replay, uint64_t index)
{
    if (!replay->started || index > replay->highest)
        return true;
    return replay->highest - index < REPLAY_WINDOW && !(replay->seen[WORD(index)] & BIT(index));
}

void replay_mark(struct replay *replay, uint64_t index)
{
    if (!replay->started) {
        replay->started = true;
        replay->highest = index;
    }
    if (index > replay->highest) {
        uint64_t first = replay->highest + 1;
        if (index - replay->highest > REPLAY_WINDOW)
            first = index - REPLAY_WINDOW + 1;
        for (uint64_t skipped = first; skipped < index; skipped++)
            replay->seen[WORD(skipped)] &= ~BIT(skipped);
        replay->highest = index;
    }
    replay->seen[WORD(index)] |= BIT(index);
}

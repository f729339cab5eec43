#include "schedule.h"

#include <stdlib.h>

static void swap(struct due *a, struct due *b)
{
    struct due kept = *a;
    *a = *b;
    *b = kept;
}

static bool grow(struct schedule *schedule)
{
    size_t capacity = schedule->capacity ? 2 * schedule->capacity : 64;
    struct due *heap = realloc(schedule->heap, capacity * sizeof *heap);
    if (!heap)
        return false;
    schedule->heap = heap;
    schedule->capacity = capacity;
    return true;
}

bool schedule_push(struct schedule *schedule, struct due due)
{
    if (schedule->count == schedule->capacity && !grow(schedule))
        return false;
    struct due *heap = schedule->heap;
    size_t at = schedule->count++;
    heap[at] = due;
    for (; at > 0 && heap[at].at_ns < heap[(at - 1) / 2].at_ns; at = (at - 1) / 2)
        swap(heap + at, heap + (at - 1) / 2);
    return true;
}

static void sink(struct schedule *schedule)
{
    struct due *heap = schedule->heap;
    for (size_t at = 0, child = 1; child < schedule->count; at = child, child = 2 * at + 1) {
        if (child + 1 < schedule->count && heap[child + 1].at_ns < heap[child].at_ns)
            child++;
        if (heap[at].at_ns <= heap[child].at_ns)
            return;
        swap(heap + at, heap + child);
    }
}

bool schedule_pop(struct schedule *schedule, int64_t now_ns, struct due *due)
{
    if (schedule_next_ns(schedule) > now_ns)
        return false;
    *due = schedule->heap[0];
    schedule->heap[0] = schedule->heap[--schedule->count];
    sink(schedule);
    return true;
}

int64_t schedule_next_ns(const struct schedule *schedule)
{
    return schedule->count ? schedule->heap[0].at_ns : INT64_MAX;
}

void schedule_free(struct schedule *schedule) { free(schedule->heap); }

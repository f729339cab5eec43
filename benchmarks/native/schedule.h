/* What is due when: a binary heap, the earliest on top. */
#ifndef LOAD_SCHEDULE_H
#define LOAD_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct due {
    int64_t at_ns;
    uint32_t transport;
    uint32_t task; /* index of a stream to send, TASK_REPORT or TASK_FEEDBACK */
};

#define TASK_REPORT UINT32_MAX
#define TASK_FEEDBACK (UINT32_MAX - 1)

struct schedule {
    struct due *heap;
    size_t count;
    size_t capacity;
};

/* False if the allocator fails. */
bool schedule_push(struct schedule *schedule, struct due due);

/* Takes the earliest entry off, if it is due by `now_ns`. */
bool schedule_pop(struct schedule *schedule, int64_t now_ns, struct due *due);

/* When the earliest entry is due, INT64_MAX if there is none. */
int64_t schedule_next_ns(const struct schedule *schedule);

void schedule_free(struct schedule *schedule);

#endif

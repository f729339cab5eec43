#include "counters.h"

void counters_list(const struct counters *counters, struct counter_entry *entries)
{
#define COUNTER_ENTRY(name) *entries++ = (struct counter_entry){#name, counters->name};
    COUNTERS(COUNTER_ENTRY)
#undef COUNTER_ENTRY
}

/* Lets commands in between the batches of a path's thread.
 *
 * The thread takes the gate once a batch, not once a packet, and nearly always finds it open. A command
 * waits for the end of the batch that is running, which takes a fraction of a millisecond; commands that
 * wait go first, so that a busy thread cannot keep them out. */
#ifndef SPORTELLO_GATE_H
#define SPORTELLO_GATE_H

#include <pthread.h>
#include <stdatomic.h>

struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t no_command;
    atomic_int commands; /* waiting or running */
};

static inline void gate_init(struct gate *gate)
{
    pthread_mutex_init(&gate->mutex, NULL);
    pthread_cond_init(&gate->no_command, NULL);
    atomic_init(&gate->commands, 0);
}

static inline void gate_destroy(struct gate *gate)
{
    pthread_cond_destroy(&gate->no_command);
    pthread_mutex_destroy(&gate->mutex);
}

static inline void gate_begin_command(struct gate *gate)
{
    atomic_fetch_add(&gate->commands, 1);
    pthread_mutex_lock(&gate->mutex);
}

static inline void gate_end_command(struct gate *gate)
{
    if (atomic_fetch_sub(&gate->commands, 1) == 1)
        pthread_cond_signal(&gate->no_command);
    pthread_mutex_unlock(&gate->mutex);
}

static inline void gate_begin_batch(struct gate *gate)
{
    pthread_mutex_lock(&gate->mutex);
    while (atomic_load(&gate->commands))
        pthread_cond_wait(&gate->no_command, &gate->mutex);
}

static inline void gate_end_batch(struct gate *gate) { pthread_mutex_unlock(&gate->mutex); }

#endif

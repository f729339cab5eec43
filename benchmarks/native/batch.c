#define _GNU_SOURCE
#include "batch.h"

#include <string.h>

#include "clocks.h"

#define SOCKET_BUFFER (1 << 20)

bool batch_prepare_socket(int fd)
{
    const int on = 1, size = SOCKET_BUFFER;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size); /* as much as the system allows */
    return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0;
}

int batch_read(struct batch *batch, int fd)
{
    for (int i = 0; i < BATCH_SIZE; i++) {
        batch->vectors[i] = (struct iovec){batch->data[i], BATCH_MAX_DATAGRAM};
        batch->messages[i].msg_hdr = (struct msghdr){
            .msg_iov = batch->vectors + i, .msg_iovlen = 1,
            .msg_control = batch->control[i], .msg_controllen = sizeof batch->control[i],
        };
    }
    int count = recvmmsg(fd, batch->messages, BATCH_SIZE, MSG_DONTWAIT, NULL);
    return count > 0 ? count : 0;
}

int64_t batch_arrival_ns(struct batch *batch, int index)
{
    struct cmsghdr *control = CMSG_FIRSTHDR(&batch->messages[index].msg_hdr);
    if (!control || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_TIMESTAMPNS)
        return wall_ns();
    struct timespec time;
    memcpy(&time, CMSG_DATA(control), sizeof time);
    return timespec_ns(time);
}

# cython: language_level=3, binding=True
"""Synthetic clients and the bare forwarder for Python; see clients.h and bare.h."""

from libc.stdint cimport int64_t, uint16_t, uint64_t

import cython

cdef extern from "clients.h":
    struct clients:
        pass
    struct profile:
        int video_rate, video_size, audio_rate, audio_size, window
    struct result:
        uint64_t sent, received, expected
        double seconds
        int64_t latency_p50_ns, latency_p99_ns
    clients *clients_new(unsigned count, uint16_t server_port)
    void clients_free(clients *)
    uint16_t clients_port(const clients *, unsigned client)
    result clients_run(clients *, const profile *, double seconds) nogil

cdef extern from "bare.h":
    struct bare:
        pass
    bare *bare_start(int socket, const uint16_t *ports, unsigned clients, int64_t batch_us)
    void bare_stop(bare *) nogil
    uint64_t bare_packets_out(const bare *)


@cython.final
cdef class Clients:
    cdef clients *_clients
    cdef readonly list ports

    def __cinit__(self, unsigned count, uint16_t server_port):
        self._clients = clients_new(count, server_port)
        if not self._clients:
            raise OSError("the clients' sockets cannot be opened")
        self.ports = [clients_port(self._clients, client) for client in range(count)]

    def __dealloc__(self):
        if self._clients:
            clients_free(self._clients)

    def run(self, double seconds, *, int video_rate=0, int video_size=0, int audio_rate=0, int audio_size=0,
            int window=0):
        cdef result found
        cdef profile rates
        rates.video_rate, rates.video_size = video_rate, video_size
        rates.audio_rate, rates.audio_size = audio_rate, audio_size
        rates.window = window
        with nogil:
            found = clients_run(self._clients, &rates, seconds)
        return (found.sent, found.received, found.expected, found.seconds, found.latency_p50_ns,
                found.latency_p99_ns)


@cython.final
cdef class Bare:
    cdef bare *_bare

    def __cinit__(self, int socket, list ports, int64_t batch_us):
        cdef uint16_t numbers[256]
        if len(ports) > 256:
            raise ValueError("too many clients")
        for place, port in enumerate(ports):
            numbers[place] = port
        self._bare = bare_start(socket, numbers, len(ports), batch_us)
        if not self._bare:
            raise OSError("the forwarder cannot be started")

    def packets_out(self):
        return bare_packets_out(self._bare)

    def __dealloc__(self):
        if self._bare:
            with nogil:
                bare_stop(self._bare)

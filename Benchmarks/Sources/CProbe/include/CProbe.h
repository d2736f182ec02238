#pragma once
// Runs `rounds` rounds of ten independent vectors of fused multiply-adds on one thread, with
// vectors of 64, 32 or 16 bytes of float (a machine that lacks them traps). Returns the operations
// done: the caller holds the clock.
double probe_fma(int vector_bytes, long rounds);

// How many times memory was asked for, by the whole program (Linux with glibc).
long probe_allocations(void);

#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#if defined(__linux__)
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <sys/prctl.h>

int martlet_allowed_cores(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}
int martlet_signal_on_parent_death(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }
static int renamed(const char *from, const char *to, unsigned flags) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, flags) == 0 ? 0 : errno;
}
int martlet_exchange_paths(const char *one, const char *other) {
  return renamed(one, other, RENAME_EXCHANGE);
}
int martlet_rename_if_free(const char *from, const char *to) {
  return renamed(from, to, RENAME_NOREPLACE);
}
void martlet_wish_large_pages(void *start, size_t count) { madvise(start, count, MADV_HUGEPAGE); }
void martlet_wish_small_pages(void *start, size_t count) { madvise(start, count, MADV_NOHUGEPAGE); }
#if defined(__GLIBC__)
void martlet_return_free_memory(void) { malloc_trim(0); }
#else
void martlet_return_free_memory(void) {}
#endif
#else
void martlet_return_free_memory(void) {}
int martlet_allowed_cores(void) { return 0; }
int martlet_signal_on_parent_death(int signal) { (void)signal; return -1; }
int martlet_exchange_paths(const char *one, const char *other) {
  return renamex_np(one, other, RENAME_SWAP) == 0 ? 0 : errno;
}
int martlet_rename_if_free(const char *from, const char *to) {
  return renamex_np(from, to, RENAME_EXCL) == 0 ? 0 : errno;
}
void martlet_wish_large_pages(void *start, size_t count) { (void)start; (void)count; }
void martlet_wish_small_pages(void *start, size_t count) { (void)start; (void)count; }
#endif

int martlet_keeps_denormals(void) {
#if defined(__x86_64__)
  return (_mm_getcsr() & 0x8040) == 0;
#else
  return 1;
#endif
}

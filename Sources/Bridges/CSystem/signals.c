#define _GNU_SOURCE
#include "CSignals.h"
#include <errno.h>
#include <signal.h>
#include <stddef.h>

// Handlers may touch little more than atomic words, so the counts live here as constants-initialised
// memory: Swift's globals are made on first use, which a handler must not do.
enum { signal_limit = 65 };
static int counts[signal_limit];
static int lasts[signal_limit];

static void counted(int signal_number) {
  int saved = errno;
  int count = __atomic_add_fetch(&counts[signal_number], 1, __ATOMIC_RELAXED);
  int last = __atomic_load_n(&lasts[signal_number], __ATOMIC_RELAXED);
  if (last > 0 && count >= last) {
    signal(signal_number, SIG_DFL);
    raise(signal_number);
  }
  errno = saved;
}

static int act(int signal_number, void (*handler)(int)) {
  struct sigaction action = {0};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  // Calls that can go on do so: only loops that look at the counts stop early.
  action.sa_flags = SA_RESTART;
  return sigaction(signal_number, &action, NULL) == 0 ? 0 : errno;
}

int martlet_count_signal(int signal_number, int last) {
  if (signal_number <= 0 || signal_number >= signal_limit) return EINVAL;
  __atomic_store_n(&lasts[signal_number], last, __ATOMIC_RELAXED);
  return act(signal_number, counted);
}
int martlet_signal_count(int signal_number) {
  if (signal_number <= 0 || signal_number >= signal_limit) return 0;
  return __atomic_load_n(&counts[signal_number], __ATOMIC_RELAXED);
}
int martlet_ignore_signal(int signal_number) { return act(signal_number, SIG_IGN); }
int martlet_restore_signal(int signal_number) {
  if (signal_number <= 0 || signal_number >= signal_limit) return EINVAL;
  __atomic_store_n(&counts[signal_number], 0, __ATOMIC_RELAXED);
  return act(signal_number, SIG_DFL);
}

// Signals counted in handlers, and words of memory that several threads or processes share.
#pragma once
#include <stdint.h>

/// Counts `signal` from now on in place of its usual effect; where `last` is above zero, the
/// `last`th arrival has the usual effect again. 0 when done, otherwise an errno.
int martlet_count_signal(int signal, int last);

/// How often a counted signal came.
int martlet_signal_count(int signal);

/// Lets a signal pass without effect, for this process and what it executes. 0 when done.
int martlet_ignore_signal(int signal);

/// Forgets the counts and gives a signal its usual effect back. 0 when done.
int martlet_restore_signal(int signal);

static inline void martlet_store_word(uint64_t *word, uint64_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}
static inline uint64_t martlet_load_word(const uint64_t *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}
static inline uint64_t martlet_add_to_word(uint64_t *word, uint64_t value) {
  return __atomic_add_fetch(word, value, __ATOMIC_ACQ_REL);
}
/// Takes a word that is free (0); whether it was.
static inline int martlet_take_word(uint64_t *word) {
  uint64_t none = 0;
  return __atomic_compare_exchange_n(word, &none, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

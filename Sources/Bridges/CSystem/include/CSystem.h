// System calls that Swift cannot import: variadic, macro-made or behind _GNU_SOURCE.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "CSignals.h"

/// Cores that this process may run on, by its affinity mask; 0 when the system does not say.
int martlet_allowed_cores(void);

/// Asks the kernel to send `signal` to this process when its parent dies; 0 when done.
int martlet_signal_on_parent_death(int signal);

/// Swaps two paths in one step; 0 when done, otherwise an errno.
int martlet_exchange_paths(const char *one, const char *other);

/// Renames only if nothing has the new name; 0 when done, otherwise an errno.
int martlet_rename_if_free(const char *from, const char *to);

/// Asks for large pages behind a fresh mapping; a wish, never an error.
void martlet_wish_large_pages(void *start, size_t count);

/// Takes the wish for large pages back.
void martlet_wish_small_pages(void *start, size_t count);

/// Gives memory that was freed, and that the allocator keeps for later, back to the system.
void martlet_return_free_memory(void);

/// Whether the floating-point unit keeps denormals (neither flushed nor read as zero).
int martlet_keeps_denormals(void);

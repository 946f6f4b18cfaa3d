/* SPDX-License-Identifier: Apache-2.0
 *
 * How functions of the kernels are to be inlined, where the compiler can be told.
 */
#ifndef WEFT_INLINE_H
#define WEFT_INLINE_H

/* WEFT_LEAF: a loop that needs all registers; inlined, it would share them with the loops around
 * it. GCC's usual allocation by regions, and its choice of induction variables, spill them too.
 * WEFT_CROWDED_LEAF: one where the scheduling before allocation makes too many values wait.
 * WEFT_INLINE: a part of several such functions. */
#if defined(__GNUC__) && !defined(__clang__)
#define WEFT_LEAF static __attribute__((noinline, unused, optimize("ira-region=one", "no-ivopts")))
#define WEFT_CROWDED_LEAF WEFT_LEAF __attribute__((optimize("no-schedule-insns")))
#define WEFT_INLINE static inline __attribute__((always_inline))
#elif defined(__clang__)
#define WEFT_LEAF static __attribute__((noinline, unused))
#define WEFT_CROWDED_LEAF WEFT_LEAF
#define WEFT_INLINE static inline __attribute__((always_inline))
#else
#define WEFT_LEAF static inline
#define WEFT_CROWDED_LEAF static inline
#define WEFT_INLINE static inline
#endif

#endif

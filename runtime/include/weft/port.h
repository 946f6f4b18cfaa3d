/* SPDX-License-Identifier: Apache-2.0
 *
 * What a port may change. Define a macro on the command line, or in a header that the compiler
 * reads first (-include my_port.h; --preinclude for IAR). The same for all files that include a
 * header of the library. The defaults are right for GCC, Clang, armclang and IAR.
 */
#ifndef WEFT_PORT_H
#define WEFT_PORT_H

/* Placement of weights and other large constants, for example a section in external flash. */
#ifndef WEFT_WEIGHTS
#define WEFT_WEIGHTS
#endif

/* Alignment of a definition, in bytes. */
#ifndef WEFT_ALIGN
#if defined(__GNUC__) || defined(__clang__)
#define WEFT_ALIGN(bytes) __attribute__((aligned(bytes)))
#elif defined(__ICCARM__)
#define WEFT_ALIGN_TEXT(text) _Pragma(#text)
#define WEFT_ALIGN(bytes) WEFT_ALIGN_TEXT(data_alignment = bytes)
#else
#define WEFT_ALIGN(bytes)
#endif
#endif

/* 1 adds an observer that sees every finished row: for verification and profiling. */
#ifndef WEFT_OBSERVE
#define WEFT_OBSERVE 0
#endif

/* A compile-time assertion that C99 and C++98 know. */
#define WEFT_STATIC_ASSERT(condition, name) typedef char weft_assert_##name[(condition) ? 1 : -1]

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Plugin for QEMU: how often each block of instructions ran between two functions, and how often
 * the jump at its end was taken, for each part of a program by itself. Exact.
 *
 * A part begins with a call of one of its functions and ends where that call returns to; calls of
 * other parts in between belong to it. All else is part 0.
 *
 * Arguments: out=FILE, begin=ADDRESS, end=ADDRESS, and part=ADDRESS for each part (hexadecimal).
 * Output, a line for each block and part that ran: addresses of its first and last instruction,
 * part, executions, jumps taken.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

/* The few declarations of QEMU's plugin interface that are needed here; they are the same in all
 * its versions so far, which is why the number comes from the build. */
typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
                               char **argv);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
                                           void (*callback)(qemu_plugin_id_t,
                                                            struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block,
                                          void (*callback)(unsigned int, void *),
                                          enum qemu_plugin_cb_flags flags, void *data);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, void (*callback)(qemu_plugin_id_t, void *),
                                    void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

EXPORT int qemu_plugin_version = PLUGIN_VERSION;

typedef struct {
    uint64_t executions;
    uint64_t taken;
} tally;

typedef struct block {
    struct block *next;
    uint64_t start;
    uint64_t last;   /* instruction: the only one that may be a jump */
    uint64_t end;    /* where it goes on when that is not taken */
    size_t entered;  /* the part that begins here, 0 for none */
    tally tallies[]; /* of each part */
} block;

static block *blocks;
static const char *out_name;
static uint64_t begin_address;
static uint64_t end_address;
static uint64_t *entries; /* of the parts, from 1 */
static size_t part_count = 1;

static bool counting;
static size_t part;          /* that runs now */
static uint64_t part_return; /* where it returns to */
static block *previous;

static void count_block(unsigned int cpu, void *data)
{
    block *now = data;
    (void)cpu;
    if (counting && previous && previous->end != now->start) {
        previous->tallies[part].taken++;
    }
    if (now->start == begin_address) {
        counting = true;
    } else if (now->start == end_address) {
        counting = false;
    }
    if (part && now->start == part_return) {
        part = 0;
    } else if (!part && now->entered && previous) {
        part = now->entered;
        part_return = previous->end; /* the call was the block's last instruction */
    }
    if (counting) {
        now->tallies[part].executions++;
    }
    previous = now;
}

static void add_block(qemu_plugin_id_t id, struct qemu_plugin_tb *translated)
{
    size_t length = qemu_plugin_tb_n_insns(translated);
    const struct qemu_plugin_insn *last = qemu_plugin_tb_get_insn(translated, length - 1);
    block *made = calloc(1, sizeof *made + part_count * sizeof made->tallies[0]);
    (void)id;
    if (!made) {
        abort();
    }
    made->start = qemu_plugin_tb_vaddr(translated);
    made->last = qemu_plugin_insn_vaddr(last);
    /* At the end of a page, QEMU may count bytes of the next instruction to the last if that is no
     * jump: then a jump seems to be taken where there is none, which costs nothing. */
    made->end = made->last + qemu_plugin_insn_size(last);
    for (size_t i = 1; i < part_count; i++) {
        made->entered = entries[i] == made->start ? i : made->entered;
    }
    made->next = blocks;
    blocks = made;
    qemu_plugin_register_vcpu_tb_exec_cb(translated, count_block, QEMU_PLUGIN_CB_NO_REGS, made);
}

static void write_counts(qemu_plugin_id_t id, void *data)
{
    FILE *out = fopen(out_name, "w");
    (void)id;
    (void)data;
    if (!out) {
        perror(out_name);
        return;
    }
    for (const block *b = blocks; b; b = b->next) {
        for (size_t i = 0; i < part_count; i++) {
            if (b->tallies[i].executions) {
                fprintf(out, "%" PRIx64 " %" PRIx64 " %zu %" PRIu64 " %" PRIu64 "\n", b->start,
                        b->last, i, b->tallies[i].executions, b->tallies[i].taken);
            }
        }
    }
    fclose(out);
}

static void take_argument(const char *text)
{
    if (strncmp(text, "out=", 4) == 0) {
        out_name = strdup(text + 4);
    } else if (strncmp(text, "begin=", 6) == 0) {
        begin_address = strtoull(text + 6, NULL, 16);
    } else if (strncmp(text, "end=", 4) == 0) {
        end_address = strtoull(text + 4, NULL, 16);
    } else if (strncmp(text, "part=", 5) == 0) {
        entries[part_count++] = strtoull(text + 5, NULL, 16);
    }
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc, char **argv)
{
    (void)info;
    entries = calloc((size_t)argc + 1, sizeof *entries);
    if (!entries) {
        return -1;
    }
    for (int i = 0; i < argc; i++) {
        take_argument(argv[i]);
    }
    if (!out_name) {
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, add_block);
    qemu_plugin_register_atexit_cb(id, write_counts, NULL);
    return 0;
}

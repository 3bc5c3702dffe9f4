/* From the words of one message to its logits, as the library's numpy does it, in one call.
 *
 * An experiment that compiled_kernel.py builds, checks and times; no part of the library.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { WINDOW = 4, PLACES = 1 << 14, TABLE = 1 << 15, UNIT = 16, REACH = 60 };
static const uint64_t PRIME = 0x100000001B3u;

typedef struct { /* features/index.py */
    const uint64_t *keys, *multipliers;
    const int32_t *slots;
    uint64_t spread, to_bucket, to_slot;
} index_t;

typedef struct {
    index_t words, terms;
    const uint32_t *weights;    /* by a word's rank, the last one for all further words */
    const float *frequency;     /* by the units of a term */
    const float *idf, *row_scale, *column_scale, *intercept;
    const int8_t *coefficients; /* n_terms rows of n_logits */
    int64_t n_weights, n_frequencies, n_logits, end, lead;
    float smoothing;
} model_t;

/* Look up many keys in steps, so that the memory answers for many of them at a time. */
static void find(const index_t *index, uint64_t *keys, int32_t *columns, int64_t n) {
    static __thread uint64_t hashed[PLACES];
    for (int64_t i = 0; i < n; i++) {
        hashed[i] = keys[i] * index->spread;
        __builtin_prefetch(index->multipliers + (hashed[i] >> index->to_bucket));
    }
    for (int64_t i = 0; i < n; i++) {
        hashed[i] = hashed[i] * index->multipliers[hashed[i] >> index->to_bucket] >> index->to_slot;
        __builtin_prefetch(index->slots + hashed[i]);
    }
    for (int64_t i = 0; i < n; i++) {
        columns[i] = index->slots[hashed[i]];
        __builtin_prefetch(index->keys + columns[i]);
    }
    for (int64_t i = 0; i < n; i++)
        if (index->keys[columns[i]] != keys[i]) columns[i] = -1;
}

static uint64_t characters(const uint16_t *text, int64_t n) {
    uint64_t key = 0;
    memcpy(&key, text, 2 * (n < WINDOW ? n : WINDOW));
    return key;
}

static uint64_t word_key(const uint16_t *text, int64_t length) {
    uint64_t key = characters(text, length);
    for (int64_t place = WINDOW; place < length; place += WINDOW)
        key = key * PRIME ^ characters(text + place, length - place);
    return key;
}

typedef struct {
    int32_t column[TABLE], order[PLACES];
    uint32_t units[TABLE];
    int64_t n;
} counts_t;

static void count(counts_t *counts, int32_t column, uint32_t units) {
    uint32_t slot = (uint32_t)column * 2654435761u >> 17; /* of 2**15 */
    while (counts->column[slot] >= 0 && counts->column[slot] != column) slot = (slot + 1) % TABLE;
    if (counts->column[slot] < 0) {
        counts->column[slot] = column;
        counts->order[counts->n++] = (int32_t)slot;
    }
    counts->units[slot] += units;
}

#define ADD(new_key, weight) (key[n_keys] = (new_key), units[n_keys++] = (weight))

/* Write the logits; return the share of known words, or -1 where the message is too long. */
double score(const model_t *model, const uint16_t *text, const int64_t *length, int64_t n_tokens,
             float *logits) {
    static __thread uint64_t word[PLACES], key[PLACES];
    static __thread int32_t column[PLACES];
    static __thread uint32_t units[PLACES];
    static __thread uint16_t content[PLACES + WINDOW];
    static __thread uint32_t mark[PLACES], character_mark[PLACES];
    static __thread counts_t counts;
    static __thread int ready;
    if (!ready) {
        memset(counts.column, -1, sizeof counts.column);
        ready = 1;
    }
    int64_t n = 0, n_characters = 0, n_known = 0, rank = 0, lead_words = 0, n_keys = 0;
    uint64_t edge = 9; /* the tag of a title's edge, the body's is the next */
    const uint16_t *field = text;
    if (n_tokens > PLACES) return -1;
    const uint16_t *place = text;
    for (int64_t i = 0; i < n_tokens; place += length[i++]) key[i] = word_key(place, length[i]);
    find(&model->words, key, column, n_tokens);
    for (int64_t i = 0; i < n_tokens; text += length[i++]) {
        int32_t found = column[i];
        if (found >= 0 && found < model->end) continue; /* a stop word */
        if (n_characters + length[i] >= PLACES / 8) return -1;
        int is_end = found == model->end;
        uint32_t weight = model->weights[rank < model->n_weights ? rank : model->n_weights - 1];
        word[n] = found > model->end ? (uint64_t)(found - model->end) : 0;
        n_known += word[n] != 0;
        mark[n++] = weight;
        for (int64_t k = 0; k < length[i]; k++) {
            content[n_characters] = text[k];
            character_mark[n_characters++] = weight;
        }
        if (rank < model->lead) lead_words = n;
        rank += !is_end;
        if (!is_end) continue;
        for (const uint16_t *p = text - field > REACH ? text - REACH : field; p < text; p++) {
            ADD(p[0] | edge << 48, UNIT);
            ADD(p[0] | (uint64_t)p[1] << 16 | edge << 48, UNIT);
        }
        field = text + 1;
        edge++;
    }
    memset(content + n_characters, 0, sizeof *content * WINDOW);
    for (int64_t i = 0; i < n; i++) {
        if (!word[i]) continue;
        ADD(word[i] | 1ull << 48, mark[i]);
        if (i < lead_words) ADD(word[i] | 2ull << 48, UNIT);
    }
    for (int64_t i = 0; i < n_characters; i++)
        ADD(characters(content + i, 2), character_mark[i]);
    find(&model->terms, key, column, n_keys);
    counts.n = 0;
    for (int64_t i = 0; i < n_keys; i++)
        if (column[i] >= 0) {
            __builtin_prefetch(model->coefficients + column[i] * model->n_logits);
            __builtin_prefetch(model->idf + column[i]);
            __builtin_prefetch(model->row_scale + column[i]);
            count(&counts, column[i], units[i]);
        }
    float squares = model->smoothing;
    int64_t n_logits = model->n_logits;
    memset(logits, 0, sizeof *logits * (size_t)n_logits);
    for (int64_t i = 0; i < counts.n; i++) {
        int32_t term = counts.column[counts.order[i]];
        int64_t said = counts.units[counts.order[i]];
        float value = model->frequency[said < model->n_frequencies ? said : model->n_frequencies - 1];
        value *= model->idf[term];
        squares += value * value;
        value *= model->row_scale[term];
        const int8_t *row = model->coefficients + term * n_logits;
        for (int64_t j = 0; j < n_logits; j++) logits[j] += value * row[j];
        counts.column[counts.order[i]] = -1;
        counts.units[counts.order[i]] = 0;
    }
    float scale = counts.n ? 1 / sqrtf(squares) : 0;
    for (int64_t j = 0; j < n_logits; j++)
        logits[j] = logits[j] * scale * model->column_scale[j] + model->intercept[j];
    return n - 2 > 0 ? (double)n_known / (n - 2) : 0;
}

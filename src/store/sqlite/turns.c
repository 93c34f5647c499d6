/* turns.c - the lock of the ledger store (ledger_db.h). */
#include "store/sqlite/ledger_db.h"

void turns_init(struct turns *t)
{
    *t = (struct turns){ 0 };
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->next, NULL);
}

void turns_destroy(struct turns *t)
{
    pthread_cond_destroy(&t->next);
    pthread_mutex_destroy(&t->lock);
}

void turns_take(struct turns *t)
{
    pthread_t self = pthread_self();
    pthread_mutex_lock(&t->lock);
    if (t->held && pthread_equal(t->holder, self)) {
        t->held++;
    } else {
        uint64_t mine = t->given++;
        while (mine != t->called)
            pthread_cond_wait(&t->next, &t->lock);
        t->holder = self;
        t->held = 1;
    }
    pthread_mutex_unlock(&t->lock);
}

bool turns_wanted(struct turns *t)
{
    pthread_mutex_lock(&t->lock);
    bool wanted = t->given > t->called + 1;
    pthread_mutex_unlock(&t->lock);
    return wanted;
}

void turns_give(struct turns *t)
{
    pthread_mutex_lock(&t->lock);
    if (--t->held == 0) {
        t->called++;
        pthread_cond_broadcast(&t->next);
    }
    pthread_mutex_unlock(&t->lock);
}

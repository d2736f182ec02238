// MPI as Swift can call it: its handles are macros, its requests of a type that differs between
// implementations. Open MPI and MPICH both compile this.
#pragma once
#include <mpi.h>
#include <stddef.h>

/// The group of all processes, apart from whatever else uses MPI in them.
typedef struct {
  MPI_Comm handle;
} martlet_mpi_job;

static inline int martlet_mpi_is_started(void) {
  int flag = 0;
  return MPI_Initialized(&flag) == MPI_SUCCESS && flag;
}

/// Starts MPI for one talking thread; 0 when done.
static inline int martlet_mpi_start(void) {
  int provided = 0;
  int status = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
  return status != MPI_SUCCESS ? status : provided < MPI_THREAD_FUNNELED ? MPI_ERR_OTHER : 0;
}

/// Takes messages of its own, and errors as return values instead of an abort.
static inline int martlet_mpi_join(martlet_mpi_job *job) {
  int status = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (status == MPI_SUCCESS) status = MPI_Comm_dup(MPI_COMM_WORLD, &job->handle);
  if (status == MPI_SUCCESS) status = MPI_Comm_set_errhandler(job->handle, MPI_ERRORS_RETURN);
  return status;
}

static inline int martlet_mpi_rank(martlet_mpi_job job, int *rank) {
  return MPI_Comm_rank(job.handle, rank);
}

static inline int martlet_mpi_size(martlet_mpi_job job, int *size) {
  return MPI_Comm_size(job.handle, size);
}

/// The largest tag that a message may have.
static inline int martlet_mpi_tag_limit(martlet_mpi_job job) {
  int *limit = NULL, found = 0;
  int status = MPI_Comm_get_attr(job.handle, MPI_TAG_UB, &limit, &found);
  // What the standard promises at least.
  return status == MPI_SUCCESS && found && limit ? *limit : 32767;
}

/// Bytes of one entry of a request list.
static inline size_t martlet_mpi_request_size(void) { return sizeof(MPI_Request); }

static inline int martlet_mpi_send(
    martlet_mpi_job job, const void *bytes, int count, int peer, int tag, void *requests,
    int place) {
  return MPI_Isend(
      bytes, count, MPI_BYTE, peer, tag, job.handle, (MPI_Request *)requests + place);
}

static inline int martlet_mpi_receive(
    martlet_mpi_job job, void *bytes, int count, int peer, int tag, void *requests, int place) {
  return MPI_Irecv(
      bytes, count, MPI_BYTE, peer, tag, job.handle, (MPI_Request *)requests + place);
}

/// Sets `done` once all requests of the list have ended.
static inline int martlet_mpi_test(void *requests, int count, int *done) {
  return MPI_Testall(count, (MPI_Request *)requests, done, MPI_STATUSES_IGNORE);
}

/// Ends when all requests of the list have ended.
static inline int martlet_mpi_wait(void *requests, int count) {
  return MPI_Waitall(count, (MPI_Request *)requests, MPI_STATUSES_IGNORE);
}

/// Forgets a send that nobody may ever take.
static inline int martlet_mpi_forget(void *requests, int place) {
  return MPI_Request_free((MPI_Request *)requests + place);
}

/// The words for an error; `text` has room for MPI_MAX_ERROR_STRING bytes, and `count` is set.
static inline int martlet_mpi_words(int status, char *text, int *count) {
  return MPI_Error_string(status, text, count);
}

static inline int martlet_mpi_text_limit(void) { return MPI_MAX_ERROR_STRING; }

/// Leaves the job; the ranks do it together.
static inline int martlet_mpi_finish(martlet_mpi_job *job) {
  int finished = 0;
  int status = MPI_Finalized(&finished);
  if (status != MPI_SUCCESS || finished) return status;
  status = MPI_Comm_free(&job->handle);
  return status != MPI_SUCCESS ? status : MPI_Finalize();
}

/// MPI's own sum, whose bits change with the number of ranks: what benchmarks compare with.
static inline int martlet_mpi_sum(
    martlet_mpi_job job, const double *values, double *sums, int count) {
  return MPI_Allreduce(values, sums, count, MPI_DOUBLE, MPI_SUM, job.handle);
}

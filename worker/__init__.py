"""The worker: takes articles from the queue, indexes them, finds their matches and keeps the clusters."""

//! Questions that come together are asked together: while one statement is on its way, the next
//! one gathers. An idle process asks at once.

use std::future::Future;

use tokio::sync::{mpsc, oneshot};

/// Questions that wait at most; who comes later waits for room.
const WAITING: usize = 1_024;

/// Asks many questions by one statement.
#[derive(Debug)]
pub struct Batcher<Q, A>(mpsc::Sender<(Q, oneshot::Sender<A>)>);

impl<Q, A> Clone for Batcher<Q, A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Q: Send + 'static, A: Send + 'static> Batcher<Q, A> {
    /// `ask` answers up to `max` questions, each answer at the place of its question. It ends with
    /// the last clone.
    pub fn new<F, Fut>(max: usize, ask: F) -> Self
    where
        F: Fn(Vec<Q>) -> Fut + Send + 'static,
        Fut: Future<Output = Vec<A>> + Send,
    {
        let (sender, mut asked) = mpsc::channel::<(Q, oneshot::Sender<A>)>(WAITING);
        tokio::spawn(async move {
            // Its connection is open and its statement planned before the first question.
            drop(ask(Vec::new()).await);
            let mut batch = Vec::with_capacity(max);
            while asked.recv_many(&mut batch, max).await > 0 {
                let (questions, askers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
                for (answer, asker) in ask(questions).await.into_iter().zip(askers) {
                    // A caller that no longer listens was dropped meanwhile; the row knows better.
                    drop(asker.send(answer));
                }
            }
        });
        Self(sender)
    }

    /// Asks, and waits for the answer. None: the task that asks has ended.
    pub async fn ask(&self, question: Q) -> Option<A> {
        let (asker, answer) = oneshot::channel();
        self.0.send((question, asker)).await.ok()?;
        answer.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn each_gets_its_own_answer_and_those_that_wait_go_together() {
        let (sizes, mut seen) = mpsc::unbounded_channel();
        let batcher = Batcher::new(50, move |questions: Vec<u32>| {
            let sizes = sizes.clone();
            async move {
                sizes.send(questions.len()).unwrap();
                tokio::time::sleep(Duration::from_millis(20)).await;
                questions.into_iter().map(|n| n * 2).collect()
            }
        });
        let answers = futures::future::join_all((0..120).map(|n| batcher.ask(n))).await;
        assert_eq!(answers, (0..120).map(|n| Some(n * 2)).collect::<Vec<_>>());
        drop(batcher);
        let mut rounds = 0;
        while seen.recv().await.is_some_and(|size| size <= 50) {
            rounds += 1;
        }
        assert!((3..=5).contains(&rounds), "{rounds}");
    }
}

//! The portal for a front-end developer (`cargo xtask dev`): the real server behind a small
//! one of ours, which shows the pages as they were last built and reloads them.
//!
//! Whatever a developer needs besides stands under `/dev` and at `/componenti`, and exists in
//! this program only: the server is the one that ships, and knows nothing of it.

mod arguments;
mod building;
mod cards;
mod changes;
mod front;
mod news;
mod pages;
mod server;
mod workshop;

use std::{process::ExitCode, sync::Arc, thread};

use arguments::Arguments;
use cards::Cards;
use changes::Order;
use end_to_end::Outcome;
use front::Front;
use server::Server;
use tokio::signal::unix::{SignalKind, signal};
use workshop::Workshop;

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(wrong) => {
            eprintln!("{wrong}\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\ndev: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    // Before anything else: a port that is taken is said at once.
    let listener = runtime.block_on(front::listen(arguments.port))?;
    let port = listener.local_addr()?.port();
    let cards = Arc::new(Cards::give_out());
    let server = Server::set_up(arguments, port, &cards)?;
    let origin = server.origin().to_owned();
    let (workshop, orders) = Workshop::set_up(arguments, server);
    let front = Front::new(&workshop, orders.clone(), &origin, Arc::clone(&cards))?;
    let _watch = changes::watch(&arguments.root, orders.clone())?;

    println!("\n  The portal      {origin}/");
    println!("  Its components  {origin}/componenti");
    println!("  Who may log in  {origin}/dev\n");
    let running = workshop.running();
    // One thread for all that is started: a program ends with the thread that started it.
    let works = thread::spawn(move || workshop.run(&cards));
    let outcome = runtime.block_on(async {
        tokio::select! {
            served = front.serve(listener) => served,
            stopped = stop() => stopped,
        }
    });
    // Streams of news never end by themselves.
    runtime.shutdown_background();
    running.stop();
    let _ = orders.send(Order::Stop);
    let _ = works.join();
    outcome
}

/// Waits for Ctrl-C, or for being asked to end.
async fn stop() -> Outcome<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {},
        _ = terminate.recv() => {},
    }
    Ok(())
}

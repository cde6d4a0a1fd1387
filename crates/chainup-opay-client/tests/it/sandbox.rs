//! The client against the sandbox over real HTTP, with a callback endpoint on a real socket.

mod callbacks;
mod codes;
mod orders;
mod raw_call;
mod receiver;
mod secrets;
mod shop;
mod statement;

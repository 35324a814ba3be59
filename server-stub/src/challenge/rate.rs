//! How many challenges one address may ask for.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::{http::address::ClientAddress, problem::Refusal};

/// A limit per address and minute; what was used comes back evenly over the minute.
pub struct ChallengeRate {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl ChallengeRate {
    /// The limit of so many a minute.
    pub fn new(per_minute: NonZeroU32) -> ChallengeRate {
        ChallengeRate {
            limiter: RateLimiter::keyed(Quota::per_minute(per_minute)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request, or refuses it until the next is free.
    pub fn count(&self, address: ClientAddress) -> Result<(), Refusal> {
        self.limiter
            .check_key(&address.limit_key())
            .map_err(|not_until| {
                let wait: Duration = not_until.wait_time_from(self.clock.now());
                Refusal::too_many(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
            })
    }

    /// Forgets addresses that have all of theirs back.
    pub fn forget_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

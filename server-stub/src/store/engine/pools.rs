//! How the pools of connections are used

use sqlx::{Database, Pool};

use super::Engine;

/// How a pool of connections is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// Which pool.
    pub name: &'static str,
    /// Connections that somebody has.
    pub in_use: u32,
    /// Connections that wait for somebody.
    pub idle: u32,
    /// The most there may be.
    pub max: u32,
}

impl Engine {
    /// How they are used now.
    pub(in crate::store) fn pool_use(&self) -> Vec<PoolUse> {
        match self {
            Engine::Sqlite(sqlite) => vec![
                PoolUse::of("read", &sqlite.reader),
                // Two connections, of which only the pen's holder uses either.
                PoolUse::of_one("write", sqlite.writing.is_taken()),
            ],
            Engine::Postgres(postgres) => {
                let all = PoolUse::of("all", &postgres.pool);
                let kept = u32::try_from(postgres.kept.count()).unwrap_or(u32::MAX);
                let kept = kept.min(all.in_use);
                vec![PoolUse {
                    in_use: all.in_use - kept,
                    idle: all.idle + kept,
                    ..all
                }]
            }
        }
    }
}

impl PoolUse {
    fn of_one(name: &'static str, is_in_use: bool) -> PoolUse {
        PoolUse {
            name,
            in_use: is_in_use.into(),
            idle: (!is_in_use).into(),
            max: 1,
        }
    }

    fn of<DB: Database>(name: &'static str, pool: &Pool<DB>) -> PoolUse {
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        PoolUse {
            name,
            in_use: pool.size().saturating_sub(idle),
            idle,
            max: pool.options().get_max_connections(),
        }
    }
}

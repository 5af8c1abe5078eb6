//! The form in which [`super::kinds`] lists the kinds of jobs.

/// Declares the enum [`Job`] and the table [`KINDS`] from one list, so that a kind without a row does not compile.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident { $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty,)* }
        = $kind:expr;
        about: $about:expr, held_up_with: $cloud:expr, alone_as: $key:expr $(, does: $does:expr)?;)+) => {
        /// A job: what is done, and with what. Payloads are ids and choices, never data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Job {
            $($(#[doc = $doc])+ $variant { $($(#[doc = $field_doc])+ $field: $type,)* },)+
        }

        /// Every kind of job, each with what is fixed for it.
        pub const KINDS: &[Kind] = &[$($kind),+];

        #[expect(unused_variables, reason = "each row names all of its job's fields and uses some")]
        impl Job {
            /// What is fixed for its kind.
            #[must_use]
            pub fn kind(&self) -> &'static Kind {
                match self {
                    $(Self::$variant { .. } => {
                        const ROW: Kind = $kind;
                        &ROW
                    })+
                }
            }

            /// What it is about, for look-ups by thing.
            #[must_use]
            pub fn subject(&self) -> Option<Subject> {
                match *self { $(Self::$variant { $($field),* } => $about,)+ }
            }

            /// The cloud whose pause holds it up. Jobs about a server are held up with the server's cloud, which its
            /// row knows.
            #[must_use]
            pub fn cloud(&self) -> Option<CloudId> {
                match *self { $(Self::$variant { $($field),* } => $cloud,)+ }
            }

            /// At most one open job may hold this key.
            #[must_use]
            pub fn exclusive_key(&self) -> Option<String> {
                match *self { $(Self::$variant { $($field),* } => $key,)+ }
            }

            /// What it does to a server, in its customer's words; none where it works on none.
            #[must_use]
            pub fn action(&self) -> Option<VpsAction> {
                match *self { $(Self::$variant { $($field),* } => None$(.or(Some($does)))?,)+ }
            }

            /// Its parameters, as the row keeps them.
            #[must_use]
            pub fn params(&self) -> Json {
                flat(match self { $(Self::$variant { $($field),* } => json!({ $(stringify!($field): $field),* }),)+ })
            }

            /// The job of a row.
            ///
            /// # Errors
            /// When this build does not know the kind, or its parameters have another shape.
            pub fn from_row(kind: &str, params: &Json) -> Result<Self, UnreadableJob> {
                let known = Kind::of(kind).ok_or_else(|| UnreadableJob(format!("the kind {kind} is unknown")))?;
                $(if known.name == $kind.name {
                    return Ok(Self::$variant { $($field: read(params, stringify!($field))?,)* });
                })+
                Err(UnreadableJob(format!("the kind {kind} has no job")))
            }
        }
    };
}
pub(super) use kinds;
